import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { beforeAll, describe, expect, test } from 'vitest'

import type { Language } from '../src/i18n'

import { hostileTexts, makeDeepFile, makeHostileFiles } from './support/hostile'
import { inspect } from './support/shots'
import { Stack } from './support/stack'
import { sha256 } from './support/tree'
import { Visitor } from './support/visitor'
import { backups, finished, operations, takeBackup } from './support/work'

// What an administrator does on an ordinary day, with names and notes that were
// made to break a page.
describe.each<Language>(['en', 'ru'])('an ordinary day, %s', (language) => {
  let stack: Stack
  let admin: Visitor
  let taken: string
  let hostile: string[]
  let deep: string
  const note = hostileTexts.join(' ').slice(0, 400)

  beforeAll(async () => {
    stack = await Stack.start()
    hostile = makeHostileFiles(stack.media('hostile'))
    deep = makeDeepFile(stack.media('deep'))
    admin = await Visitor.open(stack, { as: 'admin', language })
  })

  test('the page says at a glance how things stand', async () => {
    const glance = admin.page.getByRole('region', { name: admin.t('overview.title') })
    await glance.getByText(admin.t('overview.level.warn')).waitFor()
    await glance.getByText(admin.t('overview.neverVerified')).waitFor()
    await glance.getByText(admin.t('overview.card.neverRestored')).waitFor()
  })

  test('a backup with a note is taken, and its progress is seen, also after a reload', async () => {
    const release = stack.holdStore()
    await admin.button('list.create.full').click()
    await admin.dialog.getByLabel(admin.t('list.create.note')).fill(note)
    await inspect(admin, 'create')
    await admin.inDialog('list.create.start').click()
    await admin.underWay.getByRole('progressbar').waitFor()
    await admin.dialog.waitFor({ state: 'detached' })
    await admin.page.reload()
    await admin.underWay.getByRole('progressbar').waitFor()
    await inspect(admin, 'under-way')
    release()
    taken = (await backups(admin))[0]!.id
    await finished(admin, taken, 'completed')
    await admin.row(taken).getByText(admin.t('status.completed')).waitFor()
    expect(await admin.row(taken).getByText(note, { exact: true }).count()).toBe(1)
    await admin.underWay.waitFor({ state: 'detached' })
  })

  test('the list is narrowed by kind, status, period and text, and its address says so', async () => {
    await takeBackup(admin, 'database', 'only the database')
    const search = admin.page.getByRole('searchbox')
    await search.fill('only the')
    await admin.page.waitForURL(/q=only/)
    await expectRows(admin, 1)
    await admin.page.reload()
    await expectRows(admin, 1)
    await admin.button('list.clear').click()
    await expectRows(admin, 3)
    await admin.page.getByLabel(admin.t('list.head.name'), { exact: true }).selectOption('full')
    await expectRows(admin, 2)
    await admin.page.getByLabel(admin.t('list.head.status'), { exact: true }).selectOption('failed')
    await admin.text('list.nothingFound').waitFor()
    await admin.button('list.clear').click()
    await admin.page.getByLabel(admin.t('list.period'), { exact: true }).selectOption('1d')
    await expectRows(admin, 3)
    await admin.button('list.clear').click()
    await inspect(admin, 'home')
  })

  test('a backup has an address of its own, which leads there past the sign-in', async () => {
    const guest = await Visitor.open(stack, { language })
    guest.expect(/status of 401/)
    await guest.goto(`/admin/backups/${taken}`)
    await guest.link('session.signIn').click()
    await guest.fillSignIn('viewer')
    await guest.heading('details.facts').waitFor()
    expect(new URL(guest.page.url()).pathname).toBe(`/admin/backups/${taken}`)
    expect(await guest.page.getByText(note, { exact: true }).count()).toBe(1)
  })

  test('who may only look finds nothing that changes anything', async () => {
    const viewer = await Visitor.open(stack, { as: 'viewer', language })
    for (const path of ['', `/${taken}`, `/${taken}/files`, '/schedule']) {
      await viewer.goto(`/admin/backups${path}`)
      await viewer.page.locator('main h1').waitFor()
      await viewer.page.waitForLoadState('networkidle')
      for (const name of mutations(viewer)) {
        const found = viewer.page.locator('main').getByRole('button', { name, exact: true }).and(viewer.page.locator(':not([aria-disabled=true])'))
        expect(await found.count(), `${name} at ${path}`).toBe(0)
      }
    }
    await viewer.goto()
    await viewer.row(taken).locator('button[aria-haspopup=menu]').click()
    expect(await viewer.page.getByRole('menuitem').allTextContents()).toEqual(
      [viewer.t('list.do.details'), viewer.t('list.do.browse'), viewer.t('list.do.verify')],
    )
    viewer.expect(/status of 403/)
    await viewer.goto('/admin/backups/audit')
    await viewer.text('audit.adminsOnly').waitFor()
    await inspect(viewer, 'audit-viewer')
    expect((await viewer.api('POST', '/backups/create', { type: 'full' })).status()).toBe(403)
  })

  test('its note is changed and it is pinned', async () => {
    await admin.page.locator(`a[href="/admin/backups/${taken}"]`).first().click()
    await admin.heading('details.facts').waitFor()
    await admin.button('details.editNote').click()
    const field = admin.page.getByRole('textbox', { name: admin.t('list.create.note') })
    await field.fill(`${hostileTexts[0]} changed`)
    await admin.button('common.save').click()
    await admin.page.getByText(`${hostileTexts[0]} changed`, { exact: true }).waitFor()
    await admin.button('list.do.pin').click()
    await admin.button('details.pinned').waitFor()
    const record = (await backups(admin)).find((b) => b.id === taken)!
    expect(record).toMatchObject({ pinned: true, note: `${hostileTexts[0]} changed` })
    await admin.text('log.live').waitFor({ state: 'detached' })
    await inspect(admin, 'details')
  })

  test('a check reads everything and says what it read', async () => {
    await admin.button('list.do.verify').first().click()
    await inspect(admin, 'verify')
    await admin.inDialog('verify.start').click()
    await admin.dialog.getByText(admin.t('verify.valid'), { exact: true }).waitFor({ timeout: 30_000 })
    await inspect(admin, 'verify-result')
    await admin.dialog.getByRole('button', { name: admin.t('common.close') }).last().click()
    await admin.goto()
    await admin.row(taken).getByText(admin.t('list.verified')).waitFor()
    await admin.text('overview.level.good').first().waitFor()
  })

  test('an operation has an address of its own, with its log', async () => {
    const [verify] = (await operations(admin)).filter((o) => o.verb === 'verify')
    await admin.goto(`/admin/backups/operations/${verify!.id}`)
    await admin.text('progress.valid').waitFor()
    await admin.heading('log.title').waitFor()
    await inspect(admin, 'operation')
  })

  test('the files are found, however they are named, and shown as text', async () => {
    await admin.goto(`/admin/backups/${taken}/files`)
    const table = admin.page.getByRole('table', { name: admin.t('browse.title') })
    await table.getByRole('link', { name: 'storage' }).click()
    await table.getByRole('link', { name: 'hostile' }).click()
    await expect.poll(() => table.getByRole('rowheader').count()).toBe(hostile.length)
    const shown = (await table.getByRole('rowheader').allTextContents()).map(plain)
    for (const name of hostile) expect(shown.some((text) => text.includes(plain(name))), name).toBe(true)
    await inspect(admin, 'files')
    await admin.goto(`/admin/backups/${taken}/files?q=leaf.txt`)
    await table.getByText('leaf.txt').first().waitFor()
    expect(deep.length).toBeGreaterThan(1000)
    await inspect(admin, 'files-deep')
  })

  test('a picture is looked at, and a file saved with the right bytes', async () => {
    await admin.goto(`/admin/backups/${taken}/files?path=${encodeURIComponent('storage/vertex-ar/odd')}`)
    const name = 'Портрет бабушки — копия (2).jpg'
    await admin.page.getByRole('button', { name }).first().click()
    const picture = admin.dialog.getByRole('img', { name: admin.t('browse.pictureOf', { name }) })
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
    await inspect(admin, 'picture')
    await admin.inDialog('browse.download').click()
    const saved = await save(admin)
    expect(saved).toBe(sha256(stack.media('vertex-ar/odd', name)))
    await inspect(admin, 'download')
    await admin.dialog.getByRole('button', { name: admin.t('common.close') }).last().click()
  })

  test('the whole backup is saved as one file with its checksum', async () => {
    await admin.goto(`/admin/backups/${taken}/files`)
    await admin.button('browse.downloadAll').click()
    await inspect(admin, 'download-choose')
    await admin.inDialog('browse.prepare').click()
    await save(admin)
    await admin.page.keyboard.press('Escape')
  })

  test('old backups are cleaned up after a look at what goes', async () => {
    await admin.goto()
    await admin.button('list.moreCommands').click()
    await admin.page.getByRole('menuitem', { name: admin.t('list.rotate') }).click()
    await admin.dialog.getByLabel(admin.t('rotate.limit')).fill('1')
    await admin.inDialog('rotate.recalculate').click()
    await admin.dialog.getByText(admin.t('rotate.wouldRemove', { count: 1 })).waitFor()
    await inspect(admin, 'rotate')
    await admin.inDialog('rotate.start', { count: 1 }).click()
    await admin.dialog.getByText(admin.t('rotate.done')).waitFor({ timeout: 30_000 })
    await inspect(admin, 'rotate-result')
    await admin.page.keyboard.press('Escape')
    await expectRows(admin, 2)
    expect((await backups(admin)).map((b) => b.id)).toContain(taken)
  })

  test('the last copy is not deleted without a word, and others are', async () => {
    const other = (await backups(admin)).find((b) => b.type === 'database')!
    await admin.goto()
    await admin.menu(admin.row(taken), 'list.do.unpin')
    await admin.row(other.id).getByRole('checkbox').check()
    await admin.row(taken).getByRole('checkbox').check()
    await admin.page.getByRole('group', { name: admin.t('list.selection') }).getByRole('button', { name: admin.t('list.deleteSelected') }).click()
    await admin.dialog.getByText(admin.t('remove.lastText')).waitFor()
    await inspect(admin, 'delete-last')
    expect(await admin.inDialog('remove.start', { count: 2 }).getAttribute('aria-disabled')).toBe('true')
    await admin.inDialog('common.cancel').click()
    await admin.row(taken).getByRole('checkbox').uncheck()
    await admin.page.getByRole('group', { name: admin.t('list.selection') }).getByRole('button', { name: admin.t('list.deleteSelected') }).click()
    await admin.inDialog('remove.start', { count: 1 }).click()
    await admin.dialog.getByText(admin.t('remove.done', { count: 1 })).waitFor()
    await inspect(admin, 'delete-done')
    await admin.page.keyboard.press('Escape')
    await expectRows(admin, 1)
  })

  test('the audit log says who did what', async () => {
    await admin.link('nav.audit').click()
    const table = admin.page.getByRole('table', { name: admin.t('audit.caption') })
    for (const action of ['create', 'edit', 'verify', 'rotate', 'delete', 'sign-in'] as const) {
      await table.getByText(admin.t(`audit.action.${action}`)).first().waitFor()
    }
    await inspect(admin, 'audit')
    await admin.page.getByRole('searchbox').fill('viewer@')
    await expect.poll(() => table.getByText('admin@vertex-ar.local').count()).toBe(0)
    await table.getByText(admin.t('audit.outcome.refused')).first().waitFor()
  })
})

/** expectRows waits until the list shows so many backups. */
async function expectRows(visitor: Visitor, count: number): Promise<void> {
  await expect.poll(() => visitor.rows.count(), { timeout: 10_000 }).toBe(count)
}

/** save takes the file that the dialog offers and returns its SHA-256, which must be the one that the dialog names. */
async function save(visitor: Visitor): Promise<string> {
  visitor.expect(new RegExp(`request to ${visitor.stack.s3}`))
  const link = visitor.dialog.getByRole('link', { name: visitor.t('browse.get') })
  await link.waitFor({ timeout: 30_000 })
  const coming = visitor.page.waitForEvent('download')
  await link.click()
  const path = await (await coming).path()
  const sum = createHash('sha256').update(readFileSync(path)).digest('hex')
  expect(await visitor.dialog.getByText(sum).count(), 'the checksum that is shown').toBe(1)
  return sum
}

/** mutations names the buttons that change something. */
function mutations(visitor: Visitor): string[] {
  return [
    visitor.t('list.create.full'), visitor.t('list.create.database'), visitor.t('list.create.storage'), visitor.t('overview.do.create'),
    visitor.t('list.do.restore'), visitor.t('list.do.pin'), visitor.t('list.do.delete'), visitor.t('list.do.download'),
    visitor.t('details.editNote'), visitor.t('browse.downloadAll'),
  ]
}

/** plain leaves out what a page may show in place of characters that nobody sees. */
function plain(text: string): string {
  return text.replace(/[\s\u2028-\u202E\u2066-\u2069\u200B-\u200F]+/g, '')
}

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

import type { Locator } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'

import type { Language } from '../src/i18n'

import { inspect } from './support/shots'
import { Stack } from './support/stack'
import { sha256, treeOf } from './support/tree'
import { Visitor } from './support/visitor'
import { eventually } from './support/wait'
import { backups, finished, operations, takeBackup } from './support/work'

// What an administrator sees on a bad day.
describe.each<Language>(['en', 'ru'])('when things go wrong, %s', (language) => {
  const other = language === 'en' ? 'ru' : 'en'
  let stack: Stack
  let admin: Visitor

  beforeAll(async () => {
    stack = await Stack.start()
    admin = await Visitor.open(stack, { as: 'admin', language })
  })

  test('a second administrator sees within seconds what the first one does, and is refused what would collide', async () => {
    const second = await Visitor.open(stack, { as: 'admin', language: other })
    const release = stack.holdStore()
    await createFrom(admin, 'full')
    await admin.underWay.getByRole('progressbar').waitFor()
    await second.underWay.getByRole('progressbar').waitFor({ timeout: 10_000 })
    second.expect(/status of 409/)
    await second.button('list.create.database').click()
    await second.dialog.getByRole('button', { name: second.t('list.create.start') }).click()
    await second.dialog.getByText(second.t('list.create.failed')).waitFor()
    expect(await second.dialog.getByRole('alert').textContent()).toMatch(other === 'ru' ? /[а-яё]{4}/ : /[a-z]{4}/)
    release()
    const [newest] = await backups(admin)
    await finished(admin, newest!.id, 'completed')
    await second.row(newest!.id).getByText(second.t('status.completed')).waitFor({ timeout: 10_000 })
  })

  test('a backup that runs is cancelled within seconds', async () => {
    const release = stack.holdStore()
    await createFrom(admin, 'storage')
    await admin.underWay.getByRole('button', { name: admin.t('progress.cancel') }).click()
    await inspect(admin, 'cancel')
    admin.expect(/409 \(Conflict\) \S+\/backups\/create/) // the answer to who asked for what was cancelled
    await admin.inDialog('progress.doCancel').click()
    const [newest] = await backups(admin)
    await finished(admin, newest!.id, 'cancelled', 10_000)
    release()
    await admin.row(newest!.id).getByText(admin.t('status.cancelled')).waitFor()
  })

  // Half a minute of it is a lease that runs out: once is enough.
  test.runIf(language === 'en')('a server that dies in the middle of a restore leaves what was, and the restore can be made again', async () => {
    const good = await takeBackup(admin, 'storage')
    const lost = stack.media('vertex-ar/odd/long video.mp4')
    const bytes = sha256(lost)
    rmSync(lost)
    const before = treeOf(stack.media())
    await admin.goto()
    stack.holdStore()
    // Its answer never comes.
    admin.api('POST', '/backups/restore', { backup_path: good.id }).catch(() => undefined)
    await admin.underWay.getByRole('progressbar').waitFor()
    admin.expect(/ERR_/)
    await stack.kill()
    await awayIsSaid(admin)
    await inspect(admin, 'server-away')
    await stack.start()
    await backIsSaid(admin)
    expect(treeOf(stack.media())).toEqual(before)
    // Until its lease has run out nobody can tell that nobody works on it any more.
    await admin.text('overview.level.bad').waitFor({ timeout: 50_000 })
    await inspect(admin, 'restore-died')
    await admin.goto(`/admin/backups/operations/${(await operations(admin))[0]!.id}`)
    await admin.page.getByText(admin.t('progress.status.failed')).first().waitFor()
    await inspect(admin, 'operation-failed')
    await admin.ask('POST', '/backups/restore', { backup_path: good.id })
    await eventually('the video is back', () => existsSync(lost) && sha256(lost) === bytes)
  })

  test('a server that goes away is said to be away, and nothing is sent twice', async () => {
    await admin.goto()
    await admin.rows.first().waitFor()
    const before = (await backups(admin)).length
    let sent = 0
    admin.page.on('request', (request) => (sent += Number(request.url().endsWith('/backups/create'))))
    admin.expect(/ERR_/)
    await stack.kill()
    await awayIsSaid(admin)
    expect(await admin.rows.count(), 'rows of before').toBeGreaterThan(0)
    await createFrom(admin, 'database')
    await admin.dialog.getByText(admin.t('error.outcomeUnknown')).waitFor()
    await stack.start()
    await backIsSaid(admin)
    await admin.page.keyboard.press('Escape')
    expect(sent, 'requests for a backup').toBe(1)
    expect((await backups(admin)).length).toBe(before)
  })

  test('charts that could not be fetched say so, and come with the page that is loaded again', async () => {
    await takeBackup(admin, 'database')
    await takeBackup(admin, 'database')
    admin.expect(/ERR_/)
    await admin.page.route('**/assets/pictures-*', (route) => route.abort())
    await admin.goto()
    await admin.text('error.chunk').first().waitFor()
    await admin.page.unroute('**/assets/pictures-*')
    await inspect(admin, 'charts-away')
    await admin.button('error.reload').first().click()
    await admin.page.locator('.charts canvas').first().waitFor()
  })

  test('a damaged archive is found by a check, which names the files', async () => {
    writeFileSync(stack.media('vertex-ar/only here.bin'), randomBytes(200_000))
    const damaged = await takeBackup(admin, 'storage')
    const archives = stack.archives(damaged.id)
    expect(archives).not.toHaveLength(0)
    for (const archive of archives) damage(archive)
    await admin.goto(`/admin/backups/${damaged.id}`)
    await admin.button('list.do.verify').first().click()
    await admin.inDialog('verify.start').click()
    await admin.dialog.getByText(admin.t('verify.damaged'), { exact: true }).waitFor({ timeout: 30_000 })
    await admin.dialog.getByText('storage/vertex-ar/only here.bin').first().waitFor()
    await inspect(admin, 'verify-damaged')
    await admin.dialog.getByRole('button', { name: admin.t('common.close') }).last().click()
    await admin.text('details.damaged').waitFor()
    await admin.page.getByText('storage/vertex-ar/only here.bin').first().waitFor()
    await inspect(admin, 'details-damaged')
    await admin.goto()
    await admin.row(damaged.id).getByText(admin.t('status.damaged')).waitFor()
  })
})

async function createFrom(visitor: Visitor, kind: 'full' | 'database' | 'storage'): Promise<void> {
  await visitor.button(`list.create.${kind}`).click()
  await visitor.dialog.getByRole('button', { name: visitor.t('list.create.start') }).click()
}


function away(visitor: Visitor): Locator {
  return visitor.page.getByText(visitor.t('offline.title', { time: '@' }).split('@')[0]!)
}

async function awayIsSaid(visitor: Visitor): Promise<void> {
  await away(visitor).waitFor()
}

async function backIsSaid(visitor: Visitor): Promise<void> {
  await visitor.text('offline.back').waitFor({ timeout: 40_000 })
  expect(await away(visitor).count()).toBe(0)
}

/** damage changes bytes all over a file, so that nothing in it is whole. */
function damage(path: string): void {
  const bytes = readFileSync(path)
  for (let at = 0; at < bytes.length; at += 1024) bytes.fill(0xff, at, Math.min(at + 64, bytes.length))
  writeFileSync(path, bytes)
}

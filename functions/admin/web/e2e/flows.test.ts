import { beforeAll, describe, expect, test } from 'vitest'

import type { Language } from '../src/i18n'

import { hostileTexts } from './support/hostile'
import { Stack } from './support/stack'
import { Visitor } from './support/visitor'
import { backups, finished, takeBackup } from './support/work'

// What an administrator does on an ordinary day, told in both languages.
describe.each<Language>(['en', 'ru'])('backups, %s', (language) => {
  let stack: Stack
  let admin: Visitor
  let taken: string
  const note = hostileTexts.join(' ').slice(0, 400)

  beforeAll(async () => {
    stack = await Stack.start({ SIGN_IN_AGE: '1h' })
    admin = await Visitor.open(stack, { as: 'admin', language })
  })

  test('the page says at a glance how things stand', async () => {
    const glance = admin.page.getByRole('region', { name: admin.t('overview.title') })
    await glance.getByText(admin.t('overview.level.warn')).waitFor()
    await glance.getByText(admin.t('overview.neverVerified')).waitFor()
    await glance.getByText(admin.t('overview.card.neverRestored')).waitFor()
  })

  test('a backup with a note is taken, and its progress is seen', async () => {
    const release = stack.holdStore()
    await admin.button('list.create.full').click()
    await admin.dialog.getByLabel(admin.t('list.create.note')).fill(note)
    await admin.dialog.getByRole('button', { name: admin.t('list.create.start') }).click()
    await admin.page.getByRole('region', { name: admin.t('list.underWay') }).getByRole('progressbar').waitFor()
    await admin.dialog.waitFor({ state: 'detached' })
    release()
    taken = (await backups(admin))[0]!.id
    await finished(admin, taken, 'completed')
    const row = admin.row(taken)
    await row.getByText(admin.t('status.completed')).waitFor()
    expect(await row.getByText(note).count()).toBe(1)
    await admin.page.getByRole('region', { name: admin.t('list.underWay') }).waitFor({ state: 'detached' })
  })

  test('the list is narrowed by kind, status, period and text, and its address says so', async () => {
    await takeBackup(admin, 'database', 'only the database')
    await admin.page.getByRole('searchbox').fill('only the')
    await admin.page.waitForURL(/q=only/)
    await expectRows(admin, 1)
    await admin.page.reload()
    await expectRows(admin, 1)
    await admin.button('list.clear').click()
    await expectRows(admin, 3)
    await admin.page.getByLabel(admin.t('list.head.name')).selectOption('full')
    await expectRows(admin, 2)
    await admin.page.getByLabel(admin.t('list.head.status')).selectOption('failed')
    await admin.text('list.nothingFound').waitFor()
    await admin.button('list.clear').click()
    await admin.page.getByLabel(admin.t('list.period')).selectOption('1d')
    await expectRows(admin, 3)
    await admin.button('list.clear').click()
  })
})

/** expectRows waits until the list shows so many backups. */
async function expectRows(visitor: Visitor, count: number): Promise<void> {
  await expect.poll(() => visitor.rows.count(), { timeout: 10_000 }).toBe(count)
}

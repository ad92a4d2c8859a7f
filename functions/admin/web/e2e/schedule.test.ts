import { readFileSync, writeFileSync } from 'node:fs'

import type { Locator } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'

import type { ScheduleAnswer, ScheduleConfig } from '../src/api/types'
import type { Language } from '../src/i18n'

import { inspect } from './support/shots'
import { Stack } from './support/stack'
import { Visitor } from './support/visitor'
import { backups, finished } from './support/work'

describe.each<Language>(['en', 'ru'])('the schedule, %s', (language) => {
  let stack: Stack
  let admin: Visitor
  const job = (visitor: Visitor, name: 'database' | 'storage' | 'full'): Locator =>
    visitor.page.getByRole('region', { name: visitor.t(`schedule.job.${name}`) })
  const crontab = (visitor: Visitor, name: 'database' | 'storage'): Locator =>
    job(visitor, name).getByLabel(visitor.t('schedule.crontab'), { exact: true })
  const item = async (name: string) =>
    (await admin.ask<ScheduleAnswer>('GET', '/backups/schedule')).items.find((i) => i.job === name)!

  beforeAll(async () => {
    stack = await Stack.start({ BACKUP_TIMEZONE: 'Europe/Moscow' })
    admin = await Visitor.open(stack, { as: 'admin', language })
    await admin.goto('/admin/backups/schedule')
  })

  test('shows the four jobs with what they mean and their next runs', async () => {
    await expect.poll(() => admin.page.locator('section.job').count()).toBe(4)
    const database = job(admin, 'database')
    await database.getByText(language === 'ru' ? /каждый день в 0?2:00/i : /every day at 0?2:00/i).waitFor()
    expect(await database.locator('time').count()).toBeGreaterThanOrEqual(5)
    await inspect(admin, 'schedule')
  })

  test('a crontab is read while it is typed, refused with a reason, and saved', async () => {
    await crontab(admin, 'storage').fill('61 * * * *')
    await expect.poll(() => crontab(admin, 'storage').getAttribute('aria-invalid')).toBe('true')
    await inspect(admin, 'schedule-refused')
    await crontab(admin, 'storage').fill('30 5 * * 1-5')
    const save = job(admin, 'storage').getByRole('button', { name: admin.t('common.save') })
    await expect.poll(() => crontab(admin, 'storage').getAttribute('aria-invalid')).toBeNull()
    await save.click()
    await save.waitFor({ state: 'detached' })
    expect(await item('storage')).toMatchObject({ crontab: '30 5 * * 1-5', enabled: false })
    await job(admin, 'storage').getByRole('switch').check()
    await expect.poll(async () => (await item('storage')).enabled).toBe(true)
  })

  test('what one types is kept when another saves, and the conflict is theirs to decide', async () => {
    const other = await Visitor.open(stack, { as: 'admin', language })
    await crontab(admin, 'storage').fill('15 6 * * *')
    const { version } = await item('storage')
    await other.ask('PUT', '/backups/schedule/storage', { enabled: true, crontab: '45 7 * * *', version })
    admin.expect(/status of 409/)
    await job(admin, 'storage').getByRole('button', { name: admin.t('common.save') }).click()
    await job(admin, 'storage').getByRole('button', { name: admin.t('schedule.keepMine') }).waitFor()
    expect(await crontab(admin, 'storage').inputValue()).toBe('15 6 * * *')
    await inspect(admin, 'schedule-conflict')
    await job(admin, 'storage').getByRole('button', { name: admin.t('schedule.takeTheirs') }).click()
    expect(await crontab(admin, 'storage').inputValue()).toBe('45 7 * * *')
  })

  test('a job is run now', async () => {
    const before = (await backups(admin)).length
    await job(admin, 'full').getByRole('button', { name: admin.t('schedule.run') }).click()
    await expect.poll(async () => (await backups(admin)).length, { timeout: 10_000 }).toBe(before + 1)
    await finished(admin, (await backups(admin))[0]!.id, 'completed')
    await job(admin, 'full').getByRole('link', { name: admin.t('schedule.lastLink') }).waitFor({ timeout: 10_000 })
  })

  test('the configuration is saved as a file and comes back from it after a look at the difference', async () => {
    const coming = admin.page.waitForEvent('download')
    await admin.button('schedule.export').click()
    const path = await (await coming).path()
    const config = JSON.parse(readFileSync(path, 'utf8')) as ScheduleConfig
    config.schedules.find((s) => s.job === 'database')!.crontab = '0 1 * * *'
    writeFileSync(path, JSON.stringify(config))
    await admin.page.locator('input[type=file]').setInputFiles(path)
    await admin.dialog.getByText(admin.t('schedule.importChanges', { count: 1 })).waitFor()
    await inspect(admin, 'schedule-import')
    await admin.inDialog('schedule.apply').click()
    await admin.dialog.waitFor({ state: 'detached' })
    expect((await item('database')).crontab).toBe('0 1 * * *')
    writeFileSync(path, '<script>window.ran=1</script>')
    await admin.page.locator('input[type=file]').setInputFiles(path)
    await admin.dialog.getByText(admin.t('schedule.fault.json')).waitFor()
    await admin.page.keyboard.press('Escape')
  })
})

import { openSync, closeSync, readFileSync, writeSync } from 'node:fs'

import { beforeAll, describe, expect, test } from 'vitest'

import { Stack } from './support/stack'
import { Visitor } from './support/visitor'
import { backups, finished, takeBackup } from './support/work'

// What an administrator sees on a bad day.
describe('when things go wrong', () => {
  let stack: Stack
  let admin: Visitor

  beforeAll(async () => {
    stack = await Stack.start()
    admin = await Visitor.open(stack, { as: 'admin' })
  })

  test('a second administrator sees within seconds what the first one does, and is refused what would collide', async () => {
    const second = await Visitor.open(stack, { as: 'admin', language: 'ru' })
    const release = stack.holdStore()
    await createFrom(admin, 'full')
    await underWay(admin)
    await underWay(second, 10_000)
    second.expect(/status of 409/)
    await second.button('list.create.database').click()
    await second.dialog.getByRole('button', { name: second.t('list.create.start') }).click()
    await second.dialog.getByText(second.t('list.create.failed')).waitFor()
    expect(await second.dialog.getByRole('alert').textContent()).toMatch(/[а-яё]{4}/)
    release()
    const [newest] = await backups(admin)
    await finished(admin, newest!.id, 'completed')
    await second.row(newest!.id).getByText(second.t('status.completed')).waitFor({ timeout: 10_000 })
  })

  test('a backup that runs is cancelled within seconds', async () => {
    const release = stack.holdStore()
    await createFrom(admin, 'storage')
    const panel = await underWay(admin)
    await panel.getByRole('button', { name: admin.t('common.cancel') }).click()
    const [newest] = await backups(admin)
    await finished(admin, newest!.id, 'cancelled', 10_000)
    release()
    await admin.row(newest!.id).getByText(admin.t('status.cancelled')).waitFor()
  })

  test('a server that goes away is said to be away, and nothing is sent twice', async () => {
    const before = (await backups(admin)).length
    let sent = 0
    admin.page.on('request', (request) => (sent += Number(request.url().endsWith('/backups/create'))))
    admin.expect(/ERR_/)
    await stack.kill()
    await admin.page.getByText(admin.t('offline.title', { time: '@' }).split('@')[0]!).waitFor()
    await admin.rows.first().waitFor()
    await createFrom(admin, 'database')
    await admin.dialog.getByText(admin.t('error.outcomeUnknown')).waitFor()
    await stack.start()
    await admin.text('offline.back').waitFor({ timeout: 40_000 })
    await admin.page.keyboard.press('Escape')
    expect(await admin.page.getByText(admin.t('offline.title', { time: '@' }).split('@')[0]!).count()).toBe(0)
    expect(sent, 'requests for a backup').toBe(1)
    expect((await backups(admin)).length).toBe(before)
  })

  test('a damaged archive is found by a check, which names the files', async () => {
    const damaged = await takeBackup(admin, 'database')
    for (const archive of stack.archives(damaged.id)) damage(archive)
    await admin.goto(`/admin/backups/${damaged.id}`)
  })
})

async function createFrom(visitor: Visitor, kind: 'full' | 'database' | 'storage'): Promise<void> {
  await visitor.button(`list.create.${kind}`).click()
  await visitor.dialog.getByRole('button', { name: visitor.t('list.create.start') }).click()
}

async function underWay(visitor: Visitor, timeout?: number) {
  const panel = visitor.page.getByRole('region', { name: visitor.t('list.underWay') })
  await panel.getByRole('progressbar').waitFor({ ...(timeout !== undefined && { timeout }) })
  return panel
}

/** damage changes bytes in the middle of a file. */
function damage(path: string): void {
  const file = openSync(path, 'r+')
  const { length } = readFileSync(path)
  writeSync(file, Buffer.alloc(64, 0xff), 0, Math.min(64, length), Math.floor(length / 3))
  closeSync(file)
}

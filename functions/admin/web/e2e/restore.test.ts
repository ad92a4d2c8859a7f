import { randomBytes } from 'node:crypto'
import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import type { FilesAnswer } from '../src/api/types'
import type { Language } from '../src/i18n'

import { makeDeepFile, makeHostileFiles } from './support/hostile'
import { inspect } from './support/shots'
import { Stack } from './support/stack'
import { sha256, treeOf } from './support/tree'
import { Visitor } from './support/visitor'
import { backups, takeBackup } from './support/work'

interface State {
  database: string
  media: Map<string, string>
}

// The worst day: everything is lost, comes back, and goes again by Undo.
describe.each<Language>(['en', 'ru'])('a restore, %s', (language) => {
  let stack: Stack
  let admin: Visitor
  let taken: string
  let good: State
  let ruined: State
  const state = (): State => ({ database: sha256(stack.database), media: treeOf(stack.media()) })

  beforeAll(async () => {
    stack = await Stack.start({ SIGN_IN_AGE: '1h' })
    makeHostileFiles(stack.media('hostile'))
    makeDeepFile(stack.media('deep'))
    admin = await Visitor.open(stack, { as: 'admin', language })
    taken = (await takeBackup(admin, 'full', 'before the worst day')).id
    good = { database: await storedDatabase(admin, taken), media: treeOf(stack.media()) }
    ruin(stack)
    ruined = state()
    await admin.goto()
  })

  test('asks what to restore, and for a fresh sign-in before it looks', async () => {
    await admin.menu(admin.row(taken), 'list.do.restore')
    await admin.dialog.getByText(admin.t('restore.head.choose')).waitFor()
    await inspect(admin, 'restore-choose')
    await admin.inDialog('restore.next').click()
    await admin.dialog.getByText(admin.t('restore.fresh'), { exact: true }).waitFor()
    await inspect(admin, 'restore-sign-in')
    await admin.inDialog('restore.signIn').click()
    await admin.fillSignIn('admin')
  })

  test('shows what would happen, after a test', async () => {
    await admin.dialog.getByText(admin.t('restore.testPassed')).waitFor()
    await admin.dialog.getByRole('table').waitFor()
    await admin.dialog.getByText(admin.t('restore.extraRemoved')).waitFor()
    await admin.dialog.getByText(admin.t('restore.safetyOf.full')).waitFor()
    expect(state()).toEqual(ruined)
    await inspect(admin, 'restore-preview')
    await admin.inDialog('restore.toConfirm').click()
  })

  test('begins only with the typed word, and keeps everything else away while it runs', async () => {
    const start = admin.inDialog('restore.start')
    const word = admin.dialog.getByLabel(admin.t('restore.typeWord', { word: admin.t('restore.word') }))
    expect(await start.getAttribute('aria-disabled')).toBe('true')
    await word.fill('yes')
    await start.click({ force: true })
    await admin.page.keyboard.press('Enter')
    expect(state()).toEqual(ruined)
    await inspect(admin, 'restore-confirm')
    await word.fill(admin.t('restore.word').toLowerCase())
    const release = stack.holdStore()
    await start.click()
    await admin.dialog.getByRole('progressbar').waitFor()
    await admin.page.keyboard.press('Escape')
    await inspect(admin, 'restore-running')
    expect(await admin.dialog.count()).toBe(1)
    expect(await admin.dialog.getByRole('button').filter({ hasNotText: admin.t('progress.cancel') }).count()).toBe(0)
    release()
    await admin.dialog.getByText(admin.t('restore.done')).waitFor({ timeout: 40_000 })
    await inspect(admin, 'restore-result')
  })

  test('has brought back every byte', () => {
    expect(state()).toEqual(good)
  })

  test('is undone in one click, to the byte', async () => {
    await admin.inDialog('restore.undo').click()
    await admin.dialog.getByText(admin.t('restore.undone')).waitFor({ timeout: 40_000 })
    expect(state()).toEqual(ruined)
    await inspect(admin, 'restore-undone')
    await admin.inDialog('restore.finish').click()
    const safety = (await backups(admin)).filter((b) => b.reason === 'pre-restore')
    expect(safety).toHaveLength(2)
  })
})

/** storedDatabase returns the SHA-256 of the database in a backup: a copy of the same content, but with other free pages. */
async function storedDatabase(visitor: Visitor, backup: string): Promise<string> {
  const { entries } = await visitor.ask<FilesAnswer>('GET', `/backups/${backup}/files?prefix=database`)
  return entries.find((e) => e.path.endsWith('app_data.db'))!.sha256!
}

/** ruin overwrites the database with noise and deletes, changes and adds media. */
function ruin(stack: Stack): void {
  writeFileSync(stack.database, randomBytes(statSync(stack.database).size))
  const odd = stack.media('vertex-ar/odd')
  for (const name of readdirSync(odd, { withFileTypes: true }).filter((e) => e.isFile()).map((e) => e.name)) {
    if (name.includes('jpg')) rmSync(join(odd, name))
    else chmodSync(join(odd, name), 0o600)
  }
  writeFileSync(join(odd, 'new.txt'), 'what does not belong here')
  rmSync(stack.media('hostile'), { recursive: true })
}

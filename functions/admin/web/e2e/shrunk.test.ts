import { mkdirSync, renameSync } from 'node:fs'

import { beforeAll, describe, expect, test } from 'vitest'

import type { Backup } from '../src/api'
import type { Language } from '../src/i18n'

import { inspect } from './support/shots'
import { Stack } from './support/stack'
import { Visitor } from './support/visitor'
import { finished } from './support/work'

// The disk with the media is not mounted one night, and one day it is meant to be so.
describe.each<Language>(['en', 'ru'])('the media are away, %s', (language) => {
  let stack: Stack
  let admin: Visitor
  let viewer: Visitor
  let empty: Backup

  beforeAll(async () => {
    stack = await Stack.start()
    admin = await Visitor.open(stack, { as: 'admin', language })
    viewer = await Visitor.open(stack, { as: 'viewer', language })
    renameSync(stack.media(), `${stack.media()}-away`)
    mkdirSync(stack.media())
    const { backup } = await admin.ask<{ backup: Backup }>('POST', '/backups/create', { type: 'full' })
    empty = await finished(admin, backup.id, 'partial')
  })

  test('the page says so at a glance and leads to the backup', async () => {
    await admin.goto()
    const glance = admin.page.getByRole('region', { name: admin.t('overview.title') })
    await glance.getByText(admin.t('overview.level.bad')).waitFor()
    await inspect(admin, 'shrunk-overview')
    await glance.getByRole('link', { name: admin.t('overview.do.look') }).click()
    await admin.page.waitForURL(`**/${empty.id}`)
    await admin.text('details.shrunk').waitFor()
    await inspect(admin, 'shrunk-details')
  })

  test('a viewer sees it and cannot accept it', async () => {
    await viewer.goto(new URL(admin.page.url()).pathname)
    await viewer.text('details.todo.shrunk').waitFor()
    expect(await viewer.button('details.accept').count()).toBe(0)
  })

  test('an administrator accepts it, after a second thought, and can take that back', async () => {
    await admin.button('details.accept').click()
    await admin.text('details.accept.sure').waitFor()
    await inspect(admin, 'shrunk-sure')
    await admin.button('details.accept.yes').click()
    await admin.text('details.accepted').waitFor()
    await finished(admin, empty.id, 'completed')
    await inspect(admin, 'shrunk-accepted')
    await admin.button('details.accepted.undo').click()
    await admin.button('details.accept').waitFor()
    await finished(admin, empty.id, 'partial')
  })
})

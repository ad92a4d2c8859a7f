import { beforeAll, describe, expect, test } from 'vitest'

import { Stack } from './support/stack'
import { Visitor } from './support/visitor'

describe('signing in', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await Stack.start()
  })

  test.each(['en', 'ru'] as const)('leads from the page through the form and back, %s', async (language) => {
    const visitor = await Visitor.open(stack, { language })
    visitor.expect(/401/)
    await visitor.goto()
    await visitor.heading('session.title').waitFor()
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe(language)
    await visitor.link('session.signIn').click()
    await visitor.fillSignIn('admin')
    await visitor.link('nav.schedule').waitFor()
    expect(new URL(visitor.page.url()).pathname).toBe('/admin/backups')
  })
})

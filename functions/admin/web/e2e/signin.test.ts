import { beforeAll, describe, expect, test } from 'vitest'

import { inspect } from './support/shots'
import { Stack } from './support/stack'
import { Visitor } from './support/visitor'

describe('signing in', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await Stack.start({ SIGN_IN_LIFE: '20s' })
  })

  test.each(['en', 'ru'] as const)('leads from the page through the form and back, %s', async (language) => {
    const visitor = await Visitor.open(stack, { language })
    visitor.expect(/status of 401/)
    await visitor.goto('/admin/backups/schedule')
    await visitor.heading('session.title').waitFor()
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe(language)
    await inspect(visitor, 'signed-out')
    await visitor.link('session.signIn').click()
    await visitor.fillSignIn('admin')
    await visitor.heading('nav.schedule').waitFor()
    expect(new URL(visitor.page.url()).pathname).toBe('/admin/backups/schedule')
  })

  test('a wrong password is refused and the right one still leads back', async () => {
    const visitor = await Visitor.open(stack)
    visitor.expect(/status of 40[13]/)
    await visitor.goto('/admin/backups/audit')
    await visitor.link('session.signIn').click()
    await visitor.page.locator('#username').fill('admin')
    await visitor.page.locator('#password').fill('wrong')
    await visitor.page.locator('button[type=submit]').click()
    await visitor.page.getByRole('alert').waitFor()
    await visitor.fillSignIn('admin')
    await visitor.heading('nav.audit').waitFor()
  })

  test('the language and the theme are switched, and remembered', async () => {
    const visitor = await Visitor.open(stack, { as: 'viewer', language: 'ru' })
    await visitor.page.getByRole('button', { name: visitor.t('nav.language') }).click()
    await visitor.page.getByRole('menuitemradio', { name: 'English' }).click()
    await visitor.page.getByRole('link', { name: 'Schedule', exact: true }).waitFor()
    await visitor.page.getByRole('button', { name: 'Appearance' }).click()
    await visitor.page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await visitor.page.reload()
    await visitor.page.getByRole('link', { name: 'Schedule', exact: true }).waitFor()
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe('en')
    expect(await visitor.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark')
  })

  test('signing out leaves nothing to see', async () => {
    const visitor = await Visitor.open(stack, { as: 'admin' })
    await visitor.button('nav.account').click()
    await visitor.page.getByRole('menuitem', { name: visitor.t('nav.signOut') }).click()
    visitor.expect(/status of 401/)
    await visitor.heading('session.title').waitFor()
    expect((await visitor.api('GET', '/backups/list')).status()).toBe(401)
  })

  test('a session that ends is said to have ended, and the next one goes on where it was', async () => {
    const visitor = await Visitor.open(stack, { as: 'admin' })
    await visitor.link('nav.schedule').click()
    visitor.expect(/status of 401/)
    let refused = 0
    visitor.page.on('response', (response) => (refused += Number(response.status() === 401)))
    await visitor.text('session.ended').waitFor({ timeout: 40_000 })
    await visitor.page.waitForTimeout(1000)
    expect(refused, 'requests that were refused').toBeLessThan(10)
    await inspect(visitor, 'session-ended')
    await visitor.link('session.again').click()
    await visitor.fillSignIn('admin')
    await visitor.heading('nav.schedule').waitFor()
    expect(await visitor.text('session.ended').count()).toBe(0)
  })
})

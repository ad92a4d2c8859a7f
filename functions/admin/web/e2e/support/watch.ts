import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, afterEach, expect, onTestFailed, beforeEach } from 'vitest'

import { screenshots } from './places'
import { stacks } from './stack'
import { theBrowser, visitors } from './visitor'

beforeEach((context) => {
  // The tests of a describe are one story: after one that failed the next cannot go on, unless E2E_GO_ON is set.
  if (!process.env['E2E_GO_ON'] && context.task.suite?.tasks.some((task) => task.result?.state === 'fail')) context.skip()
  onTestFailed(async ({ task }) => {
    mkdirSync(screenshots, { recursive: true })
    for (const [i, { page }] of [...visitors].entries()) {
      console.error(`--- ${page.url()}\n${await page.locator('body').ariaSnapshot()}`)
      await page.screenshot({ path: join(screenshots, `failed-${task.name.replace(/\W+/g, '-')}-${i}.png`) })
    }
  })
})

// Whatever a test is about, nothing may go wrong in a browser unnoticed.
afterEach(async () => {
  const problems = [...visitors].flatMap((visitor) => visitor.takeProblems())
  expect(problems, 'problems in the browser').toEqual([])
  for (const { page } of visitors) {
    expect(await page.evaluate(() => (window as { ran?: unknown }).ran), 'text from outside that was run').toBeUndefined()
  }
})

afterAll(async () => {
  await (await theBrowser()).close()
  await Promise.all([...stacks].map((stack) => stack.end()))
})

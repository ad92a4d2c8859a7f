import { beforeAll, describe, expect, test } from 'vitest'

import { Stack } from './support/stack'
import { Visitor } from './support/visitor'
import { takeBackup } from './support/work'

declare global {
  interface Window {
    moved: string[]
  }
}

// A row that moves while somebody clicks is the wrong row.
describe('what is shown stays where it is', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await Stack.start()
  })

  test.each([1024, 1440])('while the rest of the page comes, at %i pixels', async (width) => {
    const visitor = await Visitor.open(stack, { as: 'admin', viewport: { width, height: 1400 } })
    await takeBackup(visitor, 'full')
    await takeBackup(visitor, 'database')
    for (const [what, after] of [['backups/stats', 900], ['backups/schedule', 600], ['admin/assets/pictures-', 1200]] as const) {
      await visitor.page.route(`**/${what}*`, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, after))
        await route.continue()
      })
    }
    await visitor.page.addInitScript(watchMoves)
    await visitor.goto()
    await visitor.page.locator('.charts canvas').first().waitFor()
    await visitor.page.waitForTimeout(500)
    expect(await visitor.page.evaluate(() => window.moved)).toEqual([])
  })
})

/** watchMoves notes what moves once there are rows. It runs in the page. */
function watchMoves(): void {
  window.moved = []
  new PerformanceObserver((list) => {
    if (!document.querySelector('.backup-row:not(.head)')) return
    for (const entry of list.getEntries() as (PerformanceEntry & { sources: { node?: Node; previousRect: DOMRect; currentRect: DOMRect }[] })[]) {
      for (const { node, previousRect: a, currentRect: b } of entry.sources) {
        const element = node instanceof Element ? node : node?.parentElement
        if (element?.closest('.health')) continue // it says something else then
        window.moved.push(`${element?.nodeName}.${element?.className} from ${a.y} to ${b.y}, ${a.height} high then ${b.height}`)
      }
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

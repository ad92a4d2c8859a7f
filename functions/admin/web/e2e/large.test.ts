import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import { artefacts } from './support/places'
import { inspect } from './support/shots'
import { Stack } from './support/stack'
import { theBrowser, Visitor } from './support/visitor'

/** What a trace holds, as far as it is looked at. Times are microseconds. */
interface TraceEvent {
  name: string
  ph: string
  ts: number
  dur?: number
}

describe('a list of ten thousand backups', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await Stack.start()
    await stack.seed(10_000)
  }, 180_000)

  test('shows its first rows soon after the answer and scrolls', async () => {
    const visitor = await Visitor.open(stack, { as: 'admin' })
    const { page } = visitor
    await page.addInitScript(watchRows)
    await page.reload()
    await page.waitForFunction(() => window.firstRows !== undefined)
    const shown = await page.evaluate(() => window.firstRows!)
    console.log(`first rows ${Math.round(shown.rows - shown.answer)} ms after the answer, which took ${Math.round(shown.took)} ms`)
    expect(await page.locator('main a[href^="/admin/backups/2"]').count()).toBeLessThan(1000)

    await inspect(visitor, 'home-large')

    const browser = await theBrowser()
    await browser.startTracing(page, { categories: ['devtools.timeline', 'devtools.timeline.frame', 'disabled-by-default-devtools.timeline'] })
    const frames = await page.evaluate(scrollDown, 3000)
    const trace = await browser.stopTracing()
    mkdirSync(artefacts, { recursive: true })
    writeFileSync(join(artefacts, 'list-10000.trace.json'), trace)
    report(frames, (JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }).traceEvents)
  })

  test('finds one backup among all by its note', async () => {
    const visitor = await Visitor.open(stack, { as: 'viewer' })
    await visitor.goto('/admin/backups?q=invented+9876')
    await visitor.page.getByText('invented 9876').first().waitFor()
    expect(await visitor.page.locator('main').getByText('invented 12').count()).toBe(0)
  })
})

declare global {
  interface Window {
    firstRows?: { rows: number; answer: number; took: number }
  }
}

/** Runs in the page: notes when the rows of the list were first painted, and when its answer was there. */
function watchRows(): void {
  const rows = () => document.querySelectorAll('main a[href^="/admin/backups/2"]').length >= 5
  const observer = new MutationObserver(() => {
    if (!rows()) return
    observer.disconnect()
    requestAnimationFrame(() =>
      setTimeout(() => {
        const answers = performance.getEntriesByType('resource').filter((e) => e.name.includes('/backups/list'))
        const first = answers[0] as PerformanceResourceTiming
        window.firstRows = { rows: performance.now(), answer: first.responseEnd, took: first.duration }
      }),
    )
  })
  addEventListener('DOMContentLoaded', () => observer.observe(document.body, { childList: true, subtree: true }))
}

/** Runs in the page: scrolls down and returns the times between its frames. */
async function scrollDown(length: number): Promise<number[]> {
  const frames: number[] = []
  const began = performance.now()
  let last = began
  while (last - began < length) {
    const now = await new Promise<number>(requestAnimationFrame)
    frames.push(now - last)
    scrollBy(0, 60)
    last = now
  }
  return frames.slice(1)
}

/** Says how it scrolled. Nothing is asserted: it depends on the machine and what else it does. */
function report(frames: number[], events: TraceEvent[]): void {
  const sorted = [...frames].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(1)
  const tasks = events.filter((e) => e.name === 'RunTask' && (e.dur ?? 0) > 50_000)
  const dropped = events.filter((e) => e.name === 'DroppedFrame').length
  console.log(`scrolling: ${frames.length} frames, ms between them: median ${at(0.5)}, 95% ${at(0.95)}, longest ${at(1)}`)
  console.log(`in the trace: ${dropped} frames dropped, ${tasks.length} tasks over 50 ms, longest ${Math.max(0, ...tasks.map((t) => (t.dur ?? 0) / 1000)).toFixed(0)} ms`)
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { CDPSession, Page } from 'playwright-core'

import { expectAccessible } from './axe'
import { screenshots } from './places'
import type { Visitor } from './visitor'

// A telephone and a screen; the narrowest that must work comes last.
const windows = [
  { width: 390, height: 844, mobile: true },
  { width: 1440, height: 900, mobile: false },
]
const narrowest = { width: 360, height: 740, mobile: true }
const schemes = ['light', 'dark'] as const

/** A page that is longer is shown as far as the window shows it. */
const tallest = 8000

/**
 * Takes the pictures of a view, at two widths, light and dark, and lets axe
 * look at each; at 360 pixels too nothing may stick out. Afterwards the window
 * is as it was.
 */
export async function inspect(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor
  const before = page.viewportSize()
  const cdp = await visitor.context.newCDPSession(page)
  const resize = (window: typeof narrowest) => cdp.send('Emulation.setDeviceMetricsOverride', { ...window, deviceScaleFactor: 1 })
  mkdirSync(screenshots, { recursive: true })
  for (const window of windows) {
    await resize(window)
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await shoot(cdp, page, window.width, `${name}-${visitor.language}-${window.width}-${colorScheme}`)
      await expectAccessible(page, `${name} ${window.width} ${colorScheme}`)
    }
  }
  await resize(narrowest)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (over > 0) throw new Error(`${name}: at ${narrowest.width} pixels it sticks out by ${over}`)
  await cdp.detach()
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  if (before) await page.setViewportSize(before)
}

/** shoot takes a picture itself: Playwright would put its own size of the window in place first. */
async function shoot(cdp: CDPSession, page: Page, width: number, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => new Promise(requestAnimationFrame)))
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  const { data } = await cdp.send('Page.captureScreenshot', {
    format: 'png',
    ...(height <= tallest && { captureBeyondViewport: true, clip: { x: 0, y: 0, width, height, scale: 1 } }),
  })
  writeFileSync(join(screenshots, `${name}.png`), data, 'base64')
}

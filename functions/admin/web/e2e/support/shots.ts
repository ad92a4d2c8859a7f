import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { CDPSession, Page } from 'playwright-core'

import { expectAccessible } from './axe'
import { screenshots } from './places'
import type { Visitor } from './visitor'

interface Window {
  width: number
  height: number
  mobile: boolean
}

// A telephone and a screen.
const windows: Window[] = [
  { width: 390, height: 844, mobile: true },
  { width: 1440, height: 900, mobile: false },
]
/** What must still do. */
const narrowest: Window = { width: 360, height: 740, mobile: true }
const schemes = ['light', 'dark'] as const

/** A page that is longer is shown as far as the window shows it. */
const tallest = 8000

/**
 * Takes the pictures of a view, at two widths, light and dark, and lets axe
 * look at it; at 360 pixels too nothing may stick out. Afterwards the window
 * is as it was.
 */
export async function inspect(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor
  const before = page.viewportSize()
  const cdp = await visitor.context.newCDPSession(page)
  mkdirSync(screenshots, { recursive: true })
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const window of colorScheme === 'light' ? windows : windows.toReversed()) {
      await resize(cdp, page, window)
      await shoot(cdp, page, window, `${name}-${visitor.language}-${window.width}-${colorScheme}`)
      if (looks(visitor, window, colorScheme)) await expectAccessible(page, `${name} ${window.width} ${colorScheme}`)
    }
  }
  await resize(cdp, page, narrowest)
  const over = await page.evaluate(sticksOut)
  if (over.length > 0) throw new Error(`${name}: at ${narrowest.width} pixels it sticks out: ${over.join(', ')}`)
  await cdp.detach()
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  if (before) await page.setViewportSize(before)
}

/** sticksOut names what is wider than the page, or than the dialog that it is in. It runs in the page. */
function sticksOut(): string[] {
  const found: string[] = []
  for (const frame of document.querySelectorAll('html, .dialog-body')) {
    if (frame.scrollWidth <= frame.clientWidth) continue
    const edge = frame.getBoundingClientRect().left + frame.clientWidth
    const wide = [...frame.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > edge + 0.5)
    found.push(...wide.slice(-3).map((e) => `${e.tagName}.${e.getAttribute('class') ?? ''} by ${Math.round(e.getBoundingClientRect().right - edge)}`))
    if (wide.length === 0) found.push(`something in ${frame.tagName}`)
  }
  return found
}

/**
 * looks says when axe looks: colours are the same at both widths, and what
 * stands where in both colours; another language changes neither.
 */
function looks(visitor: Visitor, window: Window, colorScheme: string): boolean {
  return window.mobile ? colorScheme === 'dark' && visitor.language === 'en' : colorScheme === 'light'
}

async function resize(cdp: CDPSession, page: Page, window: Window): Promise<void> {
  await cdp.send('Emulation.setDeviceMetricsOverride', { ...window, deviceScaleFactor: 1 })
  await painted(page)
}

/** painted waits until the page shows what it is now. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

/**
 * shoot takes a picture of the whole view, or of a dialog as far as the window
 * shows it. Playwright would put its own size of the window in place first.
 */
async function shoot(cdp: CDPSession, page: Page, window: Window, name: string): Promise<void> {
  const height = await page.evaluate(() => (document.querySelector('dialog[open]') ? 0 : document.documentElement.scrollHeight))
  const whole = height > window.height && height <= tallest
  if (whole) await resize(cdp, page, { ...window, height })
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true })
  if (whole) await resize(cdp, page, window)
  writeFileSync(join(screenshots, `${name}.png`), data, 'base64')
}

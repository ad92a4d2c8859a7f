import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { expectAccessible } from './axe'
import { screenshots } from './places'
import type { Visitor } from './visitor'

const widths = { 390: 844, 1440: 900 } as const
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
  mkdirSync(screenshots, { recursive: true })
  for (const [width, height] of Object.entries(widths)) {
    await page.setViewportSize({ width: Number(width), height })
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const fullPage = (await page.evaluate(() => document.documentElement.scrollHeight)) <= tallest
      await page.screenshot({ path: join(screenshots, `${name}-${visitor.language}-${width}-${colorScheme}.png`), fullPage })
      await expectAccessible(page, `${name} ${width} ${colorScheme}`)
    }
  }
  await page.setViewportSize({ width: 360, height: 740 })
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (over > 0) throw new Error(`${name}: at 360 pixels it sticks out by ${over}`)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  if (before) await page.setViewportSize(before)
}

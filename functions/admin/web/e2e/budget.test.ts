import { beforeAll, describe, expect, test } from 'vitest'

import { Stack } from './support/stack'
import { Visitor } from './support/visitor'

interface Loaded {
  path: string
  kind: string
  bytes: number
}

describe('what the page weighs', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await Stack.start()
  })

  test('the first load and all views stay within their budgets', async () => {
    const visitor = await Visitor.open(stack)
    const loaded: Promise<Loaded>[] = []
    visitor.page.on('requestfinished', (request) => {
      const path = new URL(request.url()).pathname
      loaded.push(request.sizes().then((s) => ({ path, kind: request.resourceType(), bytes: s.responseBodySize + s.responseHeadersSize })))
    })
    await visitor.signIn('admin')
    await visitor.link('nav.schedule').waitFor()
    await visitor.page.waitForLoadState('networkidle')
    const first = (await Promise.all(loaded)).filter((l) => !l.path.startsWith('/auth/') && !l.path.startsWith('/issuer/'))
    const assets = first.filter((l) => l.path.startsWith('/admin/'))
    const answers = first.filter((l) => !l.path.startsWith('/admin/'))
    console.log(`first load: ${first.length} requests, ${sum(first)} bytes; the page itself ${assets.length} and ${sum(assets)}`)
    for (const l of first) console.log(`  ${l.bytes} ${l.path}`)
    expect(assets.length, 'files of the page').toBeLessThanOrEqual(8)
    expect(sum(assets), 'bytes of the page').toBeLessThan(150_000)
    expect(answers.length, 'requests to the API').toBeLessThanOrEqual(10)

    for (const view of ['schedule', 'audit']) {
      await visitor.page.goto(`/admin/backups/${view}`)
      await visitor.page.waitForLoadState('networkidle')
    }
    const scripts = new Map<string, number>()
    for (const l of (await Promise.all(loaded)).filter((l) => l.kind === 'script')) {
      scripts.set(l.path, Math.max(l.bytes, scripts.get(l.path) ?? 0)) // one that the browser has is 0
    }
    const total = [...scripts.values()].reduce((a, b) => a + b, 0)
    console.log(`JavaScript of all views: ${total} bytes as sent`)
    expect(total, 'JavaScript as sent').toBeLessThan(120_000)
  })
})

function sum(loaded: Loaded[]): number {
  return loaded.reduce((total, l) => total + l.bytes, 0)
}

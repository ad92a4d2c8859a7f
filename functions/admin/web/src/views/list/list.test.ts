import { describe, expect, it } from 'vitest'

import { keyOf, listQuery, narrows, readFilter } from './filter'
import { indexes, overscan, windowOf } from '../../ui/window'

const read = (text: string) => readFilter(new URLSearchParams(text))
const now = Date.parse('2026-11-28T12:00:30Z')

describe('a filter', () => {
  it('is nothing when the address says nothing', () => {
    expect(narrows(read(''))).toBe(false)
    expect(listQuery(read(''), now)).toEqual({})
  })

  it.each([
    ['kind=full', { backup_type: 'full' }],
    ['status=failed&kind=database', { backup_type: 'database', status: 'failed' }],
    ['q=%20before%20%C3%A4%20', { q: 'before ä' }],
    ['q=a%00b', { q: 'a b' }],
    ['period=7d', { from: '2026-11-21T12:00:00.000Z' }],
  ])('%s', (text, want) => {
    expect(listQuery(read(text), now)).toEqual(want)
    expect(narrows(read(text))).toBe(true)
  })

  it.each(['kind=x', 'status=<b>', 'period=9d', 'from=yesterday', 'to=2026-99-99', 'q=%20', 'period=custom'])('%s is nothing', (text) => {
    expect(narrows(read(text))).toBe(false)
    expect(listQuery(read(text), now)).toEqual({})
  })

  it('means whole days of the user’s', () => {
    const { from, to } = listQuery(read('from=2026-11-01&to=2026-11-02'), now)
    expect(from).toBe(new Date(2026, 10, 1).toISOString())
    expect(to).toBe(new Date(2026, 10, 2, 23, 59, 59, 999).toISOString())
  })

  it('is cut where the API’s limit is', () => {
    expect(read(`q=${'x'.repeat(500)}`).q).toHaveLength(200)
  })

  it('has one key however it is written', () => {
    expect(keyOf(read('q=a&kind=full'))).toBe(keyOf(read('kind=full&q=a&other=1')))
    expect(keyOf(read('q=a'))).not.toBe(keyOf(read('q=b')))
  })
})

describe('a window', () => {
  it('is all of a short list', () => {
    expect(windowOf(5, 50, 300, 800)).toEqual({ start: 0, end: 5 })
  })

  it('stays small in a long list, wherever it is', () => {
    for (let top = 500; top > -600_000; top -= 997) {
      const { start, end } = windowOf(10_000, 56, top, 900)
      expect(end - start).toBeLessThanOrEqual(Math.ceil(900 / 56) + 2 * overscan + 1)
      // All that is in sight is there.
      expect(start * 56 + top).toBeLessThanOrEqual(Math.max(0, top))
      expect(end === 10_000 || end * 56 + top >= 900).toBe(true)
    }
  })

  it('is empty when there is nothing, or when the list is far off', () => {
    expect(windowOf(0, 50, 0, 800)).toEqual({ start: 0, end: 0 })
    expect(windowOf(100, 50, 5000, 800)).toEqual({ start: 0, end: 0 })
    expect(windowOf(100, 50, -50_000, 800).end).toBe(100)
  })

  it('keeps one more row, in its place', () => {
    expect(indexes({ start: 3, end: 6 }, undefined)).toEqual([3, 4, 5])
    expect(indexes({ start: 3, end: 6 }, 4)).toEqual([3, 4, 5])
    expect(indexes({ start: 3, end: 6 }, 0)).toEqual([0, 3, 4, 5])
    expect(indexes({ start: 3, end: 6 }, 9)).toEqual([3, 4, 5, 9])
  })
})

import { describe, expect, it } from 'vitest'

import { enough, memory, remember, shareOf, speedOf, type Reading } from './rate'

function reading(seconds: number, bytes: number, more: Partial<Reading['progress']> = {}): Reading {
  return {
    at: seconds * 1000,
    progress: { phase: 'copy', done_bytes: bytes, total_bytes: 1000, done_files: bytes / 10, total_files: 100, percent: 0, ...more },
  }
}

const all = (...readings: Reading[]) => readings.reduce<Reading[]>(remember, [])

describe('speed', () => {
  it('is not known before there is enough to tell', () => {
    expect(speedOf([])).toBeUndefined()
    expect(speedOf(all(reading(0, 0)))).toBeUndefined()
    expect(speedOf(all(reading(0, 0), reading(enough / 1000 - 0.1, 50)))).toBeUndefined()
  })

  it('is what was done by the time between', () => {
    expect(speedOf(all(reading(0, 100), reading(5, 200), reading(10, 400)))).toEqual({
      bytesPerSecond: 30, filesPerSecond: 3, left: 20_000,
    })
  })

  it('begins anew with a phase, and when counts go back', () => {
    expect(all(reading(0, 900), reading(5, 0, { phase: 'commit' }))).toHaveLength(1)
    expect(all(reading(0, 900), reading(5, 100))).toHaveLength(1)
  })

  it('is that of the last half minute', () => {
    const readings = all(...Array.from({ length: 100 }, (_, i) => reading(i, i < 60 ? i * 10 : 600 + (i - 60))))
    expect(readings[0]!.at).toBeGreaterThanOrEqual(99_000 - memory)
    expect(speedOf(readings)!.bytesPerSecond).toBeCloseTo(1)
  })

  it('bridges a long pause', () => {
    expect(speedOf(all(reading(0, 0), reading(300, 600)))?.bytesPerSecond).toBe(2)
  })

  it('ignores a reading that is no newer', () => {
    expect(all(reading(5, 0), reading(5, 10))).toHaveLength(1)
  })

  it('tells no end when nothing moves or no total is known', () => {
    expect(speedOf(all(reading(0, 100), reading(10, 100)))).toEqual({ bytesPerSecond: 0, filesPerSecond: 0, left: undefined })
    const unknown = { total_bytes: 0, total_files: 0 }
    expect(speedOf(all(reading(0, 100, unknown), reading(10, 200, unknown)))?.left).toBeUndefined()
  })

  it('goes by files when bytes have no total', () => {
    const files = { total_bytes: 0 }
    expect(speedOf(all(reading(0, 0, files), reading(10, 500, files)))?.left).toBe(10_000)
  })

  it('never tells a negative end', () => {
    expect(speedOf(all(reading(0, 0), reading(10, 1200)))?.left).toBe(0)
  })
})

describe('share', () => {
  it.each([
    [{ done_bytes: 250 }, 0.25],
    [{ total_bytes: 0, done_files: 50 }, 0.5],
    [{ total_bytes: 0, total_files: 0 }, undefined],
    [{ done_bytes: 2000 }, 1],
  ])('of %o', (more, want) => {
    expect(shareOf(reading(0, 0, more).progress)).toBe(want)
  })
})

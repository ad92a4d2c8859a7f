import { describe, expect, it } from 'vitest'

import type { Backup } from '../../api'

import { byDay, byKind, charted, durationOf, stacked } from './series'

const backup = (day: number, more: Partial<Backup> = {}) =>
  ({
    id: String(day), type: 'full', status: 'completed', reason: 'schedule', logical_size: day * 10,
    created_at: new Date(2026, 10, day, 2).toISOString(), ...more,
  }) as Backup

describe('charts', () => {
  it('are about what has ended, but for safety backups, the oldest first', () => {
    const backups = [backup(5, { status: 'running' }), backup(4), backup(3, { reason: 'pre-restore' }), backup(2, { status: 'failed' })]
    expect(charted(backups).map((b) => b.id)).toEqual(['2', '4'])
  })

  it('have a column a kind and leave out what failed', () => {
    const backups = [backup(1), backup(2, { type: 'database' }), backup(3, { status: 'failed' }), backup(4, { type: 'storage' })]
    const [times, full, database, storage] = byKind(backups, (b) => b.logical_size)
    expect(times).toHaveLength(3)
    expect([full, database, storage]).toEqual([[10, null, null], [null, 20, null], [null, null, 40]])
  })

  it('know how long a backup took, or not', () => {
    expect(durationOf(backup(1, { duration_ms: 5 }))).toBe(5)
    expect(durationOf(backup(1, { finished_at: new Date(2026, 10, 1, 3).toISOString() }))).toBe(3_600_000)
    expect(durationOf(backup(1))).toBeUndefined()
  })

  it('have an axis for a single backup, too', () => {
    const [times, full] = byKind([backup(4)], (b) => b.logical_size)
    expect(times[1]! - times[0]!).toBe(86_400)
    expect(full).toEqual([null, 40])
  })

  it('count outcomes by day, days without any as well, and draw a week at least', () => {
    const backups = [backup(10), backup(10, { status: 'failed' }), backup(12, { status: 'partial' })]
    const days = byDay(backups)
    expect(days).toHaveLength(7)
    const last = days.slice(-3)
    expect(last.map(({ good, partial, failed }) => [good, partial, failed])).toEqual([[1, 0, 1], [0, 0, 0], [0, 1, 0]])
    expect(stacked(last).slice(1)).toEqual([[2, 0, 1], [1, 0, 1], [1, 0, 0]])
    expect(byDay([backup(1), backup(20)])).toHaveLength(20)
    expect(byDay([])).toEqual([])
  })
})

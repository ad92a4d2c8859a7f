import { describe, expect, it } from 'vitest'

import type { Backup, CanDeleteAnswer } from '../../api'

import { deletionOf, fateOf, lastCopies, possible, protects, remains, settled, verdicts } from './deletion'
import { mostKept, readId, readLimit, rowsOf, safetyUntil } from './rotation'

function backup(id: string, change: Partial<Backup> = {}): Backup {
  return {
    id, type: 'full', status: 'completed', reason: 'manual', pinned: false, db_success: true, storage_success: true,
    created_at: '2026-11-22T02:00:00Z', ...change,
  } as Backup
}

function answer(change: Partial<CanDeleteAnswer>): CanDeleteAnswer {
  return { success: true, can_delete: true, reason: '', is_last_of_type: false, ...change } as CanDeleteAnswer
}

describe('what protects the data', () => {
  it('is what can be restored, but no safety backup', () => {
    expect(protects(backup('a'), 'database')).toBe(true)
    expect(protects(backup('a', { status: 'partial', db_success: false }), 'database')).toBe(false)
    expect(protects(backup('a', { status: 'partial', db_success: false }), 'storage')).toBe(true)
    expect(protects(backup('a', { status: 'failed' }), 'storage')).toBe(false)
    expect(protects(backup('a', { status: 'deleting' }), 'storage')).toBe(false)
    expect(protects(backup('a', { reason: 'pre-restore' }), 'database')).toBe(false)
  })
})

describe('what is left after a delete', () => {
  const media = backup('media', { type: 'storage', db_success: false })
  const data = backup('data', { type: 'database', storage_success: false })

  it('counts a full backup for both of its components', () => {
    expect(lastCopies(remains([data], [data, backup('full')]))).toEqual([])
    expect(lastCopies(remains([backup('full')], [backup('full'), data]))).toEqual(['storage'])
  })

  it('sees the last copy that goes with several at once', () => {
    const a = backup('a')
    const b = backup('b')
    expect(lastCopies(remains([a], [a, b]))).toEqual([])
    expect(lastCopies(remains([a, b], [a, b, media]))).toEqual(['database'])
    expect(lastCopies(remains([a, b], [a, b]))).toEqual(['database', 'storage'])
  })

  it('names the newest that stays', () => {
    const left = remains([backup('new')], [backup('new'), backup('older'), backup('oldest')])
    expect(left.map((r) => r.newest?.id)).toEqual(['older', 'older'])
  })

  it('is settled when older pages add nothing', () => {
    expect(settled(remains([data], [data]))).toBe(false)
    expect(settled(remains([data], [data, backup('full')]))).toBe(true)
    // Nothing of the media goes, so it does not matter where they are.
    expect(settled(remains([data], [data, backup('d2', { storage_success: false })]))).toBe(true)
  })

  it('does not count what goes and protected nothing', () => {
    expect(lastCopies(remains([backup('x', { status: 'failed' })], []))).toEqual([])
  })
})

describe('whether a backup can go', () => {
  it('says why not', () => {
    const judged = verdicts(
      [backup('p', { pinned: true }), backup('r', { status: 'running' }), backup('l'), backup('x'), backup('ok')],
      new Map([
        ['l', answer({ can_delete: false, is_last_of_type: true })],
        ['x', answer({ can_delete: false, reason: 'Backup x is pinned.' })],
        ['ok', answer({})],
      ]),
    )
    expect(judged.map((v) => v.obstacle)).toEqual(['pinned', 'running', 'last', 'refused', undefined])
    expect(possible(judged).map((b) => b.id)).toEqual(['l', 'ok'])
  })

  it('forces only for a last copy', () => {
    const a = backup('a')
    const judged = verdicts([a, backup('p', { pinned: true })], new Map())
    expect(deletionOf(judged, remains(possible(judged), [a]))).toEqual({ ids: ['a'], force: true, last: ['database', 'storage'] })
    expect(deletionOf(judged, remains(possible(judged), [a, backup('b')]))).toEqual({ ids: ['a'], force: false, last: [] })
  })

  it('asks for nothing when all must stay', () => {
    const judged = verdicts([backup('p', { pinned: true })], new Map())
    expect(deletionOf(judged, remains(possible(judged), []))).toEqual({ ids: [], force: false, last: [] })
  })
})

describe('what became of a delete without an answer', () => {
  it('is told by the records', () => {
    expect(fateOf(null)).toBe('deleted')
    expect(fateOf(undefined)).toBe('unknown')
    expect(fateOf(backup('a', { status: 'deleting' }))).toBe('going')
    expect(fateOf(backup('a'))).toBe('there')
  })
})

describe('what a rotation keeps and removes', () => {
  it('shows both, newest first, also without the record', () => {
    const { goes, stays } = rowsOf(
      {
        removed_backups: ['20260101-000000-full-aaaaaa', '20260102-000000-database-bbbbbb'],
        kept: [{ id: '20260301-010203-storage-cccccc', reasons: ['pinned'] }],
      },
      [backup('20260301-010203-storage-cccccc', { type: 'storage', pinned: true })],
    )
    expect(goes.map((r) => [r.id, r.kind, r.backup])).toEqual([
      ['20260102-000000-database-bbbbbb', 'database', undefined], ['20260101-000000-full-aaaaaa', 'full', undefined],
    ])
    expect(stays[0]).toMatchObject({ kind: 'storage', reasons: ['pinned'], backup: { pinned: true } })
  })

  it('reads what an id says', () => {
    expect(readId('20261122-020304-full-k3x9qa')).toEqual({ kind: 'full', time: Date.UTC(2026, 10, 22, 2, 3, 4) })
    expect(readId('<script>')).toEqual({ kind: undefined, time: undefined })
  })

  it('reads until when a safety backup is kept', () => {
    expect(safetyUntil('safety backup until 2026-12-05 07:12:39 UTC')).toBe(Date.UTC(2026, 11, 5, 7, 12, 39))
    expect(safetyUntil('safety backup until 2026-99-05 07:12:39 UTC')).toBeUndefined()
    expect(safetyUntil('pinned')).toBeUndefined()
  })

  it('reads how many to keep', () => {
    expect(readLimit(' ')).toBeUndefined()
    expect(readLimit(' 7 ')).toBe(7)
    for (const wrong of ['0', '-1', '1.5', 'x', '1e2', String(mostKept + 1)]) expect(readLimit(wrong)).toBeNull()
  })
})

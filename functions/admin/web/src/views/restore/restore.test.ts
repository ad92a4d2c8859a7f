import { describe, expect, it } from 'vitest'

import type { Backup, Operation } from '../../api'

import { componentsOf, firstChoice, incomplete, partsOf, requestOf, type Entries } from './choice'
import { confirms } from './confirm'
import { planOf, safetyKind, timeNeeded } from './plan'
import { neverBegan, startedBy, traceTime } from './started'

const whole: Entries = { paths: [], pathsBase64: [] }

function backup(change: Partial<Backup> = {}): Backup {
  return {
    id: '20261122-020000-full-aaaaaa', type: 'full', status: 'completed', file_size: 0,
    created_at: '2026-11-22T02:00:00Z', finished_at: '2026-11-22T02:01:00Z', components: [], ...change,
  } as Backup
}

type Sum = NonNullable<NonNullable<Operation['restore']>['plan']>[string]

function sum(change: Partial<Sum> = {}): Sum {
  return { write_files: 0, write_bytes: 0, metadata_only: 0, remove: 0, unchanged: 0, required_bytes: 0, ...change }
}

function restored(plan: Record<string, Sum>, change: Partial<Operation> & { dryRun?: boolean; ms?: number } = {}): Operation {
  const { dryRun = false, ms = 1000, ...rest } = change
  return {
    id: 'o', verb: 'restore', status: 'completed', created_by: 'a@b', backup_id: 'b',
    restore: { components: [], paths: [], verify_checksum: true, dry_run: dryRun, duration_ms: ms, plan },
    ...rest,
  } as unknown as Operation
}

describe('what is restored', () => {
  it('offers parts only where there are several', () => {
    expect(partsOf({ type: 'full' })).toEqual(['all', 'database', 'storage'])
    expect(partsOf({ type: 'storage' })).toEqual(['storage'])
  })

  it('names components only when not all are wanted', () => {
    expect(requestOf(backup(), firstChoice, whole, true)).toEqual({
      backup_path: backup().id, verify_checksum: true, safety_backup: true, dry_run: true,
    })
    expect(requestOf(backup(), { part: 'storage', safety: false, compare: false }, whole, false)).toEqual({
      backup_path: backup().id, verify_checksum: false, safety_backup: false, dry_run: false, components: ['storage'],
    })
  })

  it('restores chosen entries whatever part was chosen before', () => {
    const entries = { paths: ['storage/a'], pathsBase64: ['c3RvcmFnZS//'] }
    const request = requestOf(backup(), { ...firstChoice, part: 'database' }, entries, false)
    expect(request.components).toBeUndefined()
    expect(request.paths).toEqual(['storage/a'])
    expect(request.paths_base64).toEqual(['c3RvcmFnZS//'])
    expect(componentsOf(backup(), firstChoice, entries)).toEqual(['storage'])
  })

  it('finds the components of paths', () => {
    expect(componentsOf(backup(), firstChoice, { paths: ['database/app.db', 'storage'], pathsBase64: [] })).toEqual(['database', 'storage'])
    expect(componentsOf(backup(), firstChoice, { paths: ['storages/x'], pathsBase64: [] })).toEqual([])
    expect(componentsOf(backup({ type: 'database' }), firstChoice, whole)).toEqual(['database'])
  })

  it('names what the backup does not hold whole, if it is wanted', () => {
    const half = backup({ components: [{ name: 'database', success: false }, { name: 'storage', success: true }] })
    expect(incomplete(half, ['database', 'storage'])).toEqual(['database'])
    expect(incomplete(half, ['storage'])).toEqual([])
  })
})

describe('what a plan says', () => {
  it('is unknown until there is one', () => {
    expect(planOf(undefined)).toBeUndefined()
    expect(planOf({ restore: { components: [], paths: [], verify_checksum: true, dry_run: true } })).toBeUndefined()
  })

  it('adds up, the database first', () => {
    const plan = planOf(
      restored({
        storage: sum({ write_files: 3, write_bytes: 30, remove: 2, metadata_only: 1, unchanged: 7, required_bytes: 40 }),
        database: sum({ write_files: 1, write_bytes: 5, required_bytes: 5 }),
      }),
    )
    expect(plan?.lines.map((l) => l.component)).toEqual(['database', 'storage'])
    expect(plan).toMatchObject({ written: 4, bytes: 35, removed: 2, attributes: 1, unchanged: 7, different: 7, requiredBytes: 45 })
  })

  it('takes a safety backup of what is replaced', () => {
    expect(safetyKind(['database', 'storage'])).toBe('full')
    expect(safetyKind(['storage'])).toBe('storage')
  })
})

describe('the time that a restore needs', () => {
  const mib = 1 << 20
  const plan = planOf(restored({ storage: sum({ write_files: 1, write_bytes: 100 * mib }) }))!

  it('is not guessed without earlier runs', () => {
    expect(timeNeeded(plan, 500, undefined, { backups: [], operations: [] })).toBeUndefined()
    expect(timeNeeded(plan, 500, 'full', { backups: [], operations: [] })).toBeUndefined()
  })

  it('follows the fastest restore that says something', () => {
    const operations = [
      restored({ storage: sum({ write_bytes: 10 }) }, { ms: 1 }),
      restored({ storage: sum({ write_bytes: 50 * mib }) }, { dryRun: true, ms: 1 }),
      restored({ storage: sum({ write_bytes: 50 * mib }) }, { ms: 10_000 }),
    ]
    expect(timeNeeded(plan, 500, undefined, { backups: [], operations })).toBe(20_500)
  })

  it('is not taken from a run that spent its time on other things', () => {
    const little = restored({ storage: sum({ write_bytes: 2 * mib }) }, { ms: 10_000 })
    const same = restored({ storage: sum({ write_bytes: 100 * mib }) }, { ms: 3_000 })
    expect(timeNeeded(plan, 500, undefined, { backups: [], operations: [little, same] })).toBe(3_500)
    expect(timeNeeded(plan, 500, undefined, { backups: [], operations: [little] })).toBeUndefined()
  })

  it('adds the safety backup by the newest of its kind, else of more', () => {
    const backups = [backup({ type: 'database', finished_at: '2026-11-22T02:00:02Z' }), backup({ file_size: 60 * mib })]
    expect(timeNeeded(plan, 0, 'full', { backups, operations: [] })).toBe(60_000 + 100_000)
    expect(timeNeeded(plan, 0, 'database', { backups, operations: [] })).toBe(2_000 + 100_000)
    expect(timeNeeded(plan, 0, 'storage', { backups, operations: [] })).toBe(60_000 + 100_000)
  })

  it('is at least a second', () => {
    const little = planOf(restored({ storage: sum({ write_bytes: 5 }) }))!
    expect(timeNeeded(little, 3, undefined, { backups: [], operations: [] })).toBe(1000)
  })
})

describe('the typed confirmation', () => {
  it('takes the word in any case, with spaces around', () => {
    expect(confirms(' восстановить ', 'ВОССТАНОВИТЬ')).toBe(true)
    expect(confirms('Restore', 'RESTORE')).toBe(true)
    // The same word with a letter of two code points.
    expect(confirms('восстановить'.normalize('NFD'), 'ВОССТАНОВИТЬ')).toBe(true)
  })

  it('takes nothing else', () => {
    for (const typed of ['', ' ', 'ВОССТАНОВИТ', 'ВОССТАНОВИТЬ!', 'RESTORE']) expect(confirms(typed, 'ВОССТАНОВИТЬ')).toBe(false)
  })
})

describe('an operation whose answer never came', () => {
  const plan = { storage: sum() }
  const mine = { verb: 'restore', backup: 'b', dryRun: false, by: 'a@b' } as const

  it('is found among the newest', () => {
    expect(startedBy(mine, [restored(plan, { id: 'new' }), restored(plan, { id: 'old' })], new Set(['old']))?.id).toBe('new')
  })

  it('is none that was there before, of somebody else, of another backup, or a dry run', () => {
    const others = [
      restored(plan, { id: 'old' }),
      restored(plan, { id: '1', created_by: 'x@y' }),
      restored(plan, { id: '2', backup_id: 'c' }),
      restored(plan, { id: '3', dryRun: true }),
      restored(plan, { id: '4', verb: 'verify' }),
    ]
    expect(startedBy(mine, others, new Set(['old']))).toBeUndefined()
  })

  it('is an undo only of the restore that is undone', () => {
    const undo = { verb: 'restore', undoOf: 'r1', by: 'a@b' } as const
    expect(startedBy(undo, [restored(plan, { id: '1', undo_of: 'r2' })], new Set())).toBeUndefined()
    expect(startedBy(undo, [restored(plan, { id: '1', undo_of: 'r1' })], new Set())?.id).toBe('1')
  })

  it('has not begun only when that was looked for later', () => {
    expect(neverBegan(1000, undefined)).toBe(false)
    expect(neverBegan(1000, 999)).toBe(false)
    expect(neverBegan(1000, 1000 + traceTime - 1)).toBe(false)
    expect(neverBegan(1000, 1000 + traceTime)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'

import type { AuditEntry } from '../../api'

import { emptyTrail, subjectOf, withNewest, withOlder } from './entries'

const at = (second: number): AuditEntry => ({
  time: `2026-11-22T02:00:${String(second).padStart(2, '0')}Z`, actor: 'a@example.com', role: 'backup-admins',
  address: '127.0.0.1', action: 'create', subject: '', outcome: 'completed', status: 200, detail: '', arguments: {},
})
const seconds = (entries: readonly AuditEntry[]) => entries.map((e) => Number(e.time.slice(17, 19)))

describe('withNewest', () => {
  it('begins with the first page', () => {
    expect(withNewest(emptyTrail, { entries: [at(2), at(1)], cursor: 'c' })).toEqual({ entries: [at(2), at(1)], cursor: 'c' })
  })

  it('puts what is new on top and keeps the older pages', () => {
    const known = { entries: [at(3), at(2), at(1)], cursor: 'old' }
    const trail = withNewest(known, { entries: [at(5), at(4), at(3)], cursor: 'new' })
    expect(seconds(trail.entries)).toEqual([5, 4, 3, 2, 1])
    expect(trail.cursor).toBe('old')
  })

  it('is the very same when nothing is new', () => {
    const known = { entries: [at(3), at(2), at(1)], cursor: 'old' }
    expect(withNewest(known, { entries: [at(3), at(2)], cursor: 'new' })).toBe(known)
  })

  it('puts a line that was written late where it belongs', () => {
    const known = { entries: [at(4), at(2)], cursor: undefined }
    expect(seconds(withNewest(known, { entries: [at(4), at(3), at(2)] }).entries)).toEqual([4, 3, 2])
  })

  it('drops what was known when there may be a gap', () => {
    const known = { entries: [at(2), at(1)], cursor: 'old' }
    expect(withNewest(known, { entries: [at(9), at(8)], cursor: 'new' })).toEqual({ entries: [at(9), at(8)], cursor: 'new' })
  })
})

describe('withOlder', () => {
  it('adds a page, each line once', () => {
    const trail = withOlder({ entries: [at(3), at(2)], cursor: 'a' }, { entries: [at(2), at(1)] })
    expect(seconds(trail.entries)).toEqual([3, 2, 1])
    expect(trail.cursor).toBeUndefined()
  })
})

describe('subjectOf', () => {
  it('knows backups and operations by their ids', () => {
    expect(subjectOf('20261122-020000-full-k3x9qa')).toEqual({ record: 'backup', id: '20261122-020000-full-k3x9qa' })
    expect(subjectOf('20261122-081500-restore-b7m2cd')?.record).toBe('operation')
  })

  it.each(['', 'a,b', '<script>', '20261122-020000-full-k3x9qa,20261122-020000-full-k3x9qb'])(
    'knows nothing of %s',
    (subject) => {
      expect(subjectOf(subject)).toBeUndefined()
    },
  )
})

import type { AuditAnswer, AuditEntry } from '../../api'

/** The lines that are known, newest first, and where older ones begin. */
export interface Trail {
  entries: readonly AuditEntry[]
  /** Of the next older page; undefined at the end. */
  cursor: string | undefined
}

export const emptyTrail: Trail = { entries: [], cursor: undefined }

/** Tells lines apart: they have no ids, but none is written twice. */
export function keyOf(entry: AuditEntry): string {
  return JSON.stringify([
    entry.time, entry.actor, entry.action, entry.subject, entry.outcome, entry.status, entry.address, entry.detail,
  ])
}

/**
 * Returns what is known after the newest page was read again. When so much
 * happened that there may be a gap, what was known before is dropped.
 */
export function withNewest(known: Trail, page: Pick<AuditAnswer, 'entries' | 'cursor'>): Trail {
  const have = new Set(known.entries.map(keyOf))
  const met = page.entries.findIndex((entry) => have.has(keyOf(entry)))
  if (met < 0) return { entries: page.entries, cursor: page.cursor }
  const news = page.entries.filter((entry) => !have.has(keyOf(entry)))
  // Nothing new is no change: nobody needs to draw it again.
  if (news.length === 0) return known
  const entries = [...news, ...known.entries].sort((a, b) => Date.parse(b.time) - Date.parse(a.time))
  return { entries, cursor: known.cursor }
}

/** Returns what is known with one more page of older lines. */
export function withOlder(known: Trail, page: Pick<AuditAnswer, 'entries' | 'cursor'>): Trail {
  const have = new Set(known.entries.map(keyOf))
  const older = page.entries.filter((entry) => !have.has(keyOf(entry)))
  return { entries: [...known.entries, ...older], cursor: page.cursor }
}

/** What a line is about, if that has an address on this page. */
export function subjectOf(subject: string): { record: 'backup' | 'operation'; id: string } | undefined {
  const found = /^\d{8}-\d{6}-([a-z]+)-[a-z0-9]{4,}$/.exec(subject)
  if (!found) return undefined
  const backup = ['database', 'storage', 'full'].includes(found[1]!)
  return { record: backup ? 'backup' : 'operation', id: found[0] }
}

import type { Backup, Kind } from '../../api'

/** A backup that a rotation looks at; the list may not hold its record any more. */
export interface Row {
  id: string
  kind: Kind | undefined
  /** When it was taken, as far as its id tells. */
  time: number | undefined
  /** Why it stays; empty for those that go. */
  reasons: string[]
  backup: Backup | undefined
}

/** What a rotation keeps and removes. */
export interface Outcome {
  kept: readonly { id: string; reasons: readonly string[] }[]
  removed_backups: readonly string[]
}

/** Returns the rows of those that go and of those that stay, the newest first. */
export function rowsOf(outcome: Outcome, backups: readonly Backup[]): { goes: Row[]; stays: Row[] } {
  const known = new Map(backups.map((b) => [b.id as string, b]))
  const row = (id: string, reasons: readonly string[]): Row => {
    const backup = known.get(id)
    return { id, ...readId(id), reasons: [...reasons], backup, ...(backup && { kind: backup.type, time: Date.parse(backup.created_at) }) }
  }
  const newestFirst = (a: Row, b: Row) => b.id.localeCompare(a.id)
  return {
    goes: outcome.removed_backups.map((id) => row(id, [])).sort(newestFirst),
    stays: outcome.kept.map((k) => row(k.id, k.reasons)).sort(newestFirst),
  }
}

/** Reads what an id says: 20261122-020000-full-k3x9qa. */
export function readId(id: string): { kind: Kind | undefined; time: number | undefined } {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(database|storage|full)-[a-z0-9]+$/.exec(id)
  if (!match) return { kind: undefined, time: undefined }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  return { kind: match[7] as Kind, time: Date.UTC(year, month - 1, day, hour, minute, second) }
}

/** The most of each kind that may be kept. */
export const mostKept = 500

/** Reads the number of backups to keep; undefined is the configured one, null not a number that may be sent. */
export function readLimit(text: string): number | undefined | null {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const n = Number(trimmed)
  return /^\d{1,4}$/.test(trimmed) && n >= 1 && n <= mostKept ? n : null
}

/** Returns until when a safety backup is kept, if that is what a reason says. */
export function safetyUntil(reason: string): number | undefined {
  const match = /^safety backup until (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(reason)
  const time = match ? Date.parse(`${match[1]}T${match[2]}Z`) : NaN
  return Number.isNaN(time) ? undefined : time
}

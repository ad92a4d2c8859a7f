import type { Backup, Kind } from '../../api'

/** What is drawn: the first array is the time in seconds, the others stand beside it. */
export type Columns = [number[], ...(number | null)[][]]

export const chartKinds: readonly Kind[] = ['full', 'database', 'storage']

/** Returns the backups that charts are about, the oldest first. */
export function charted(backups: readonly Backup[]): Backup[] {
  const ended = ['completed', 'partial', 'failed']
  return backups.filter((b) => b.reason !== 'pre-restore' && ended.includes(b.status)).reverse()
}

/** How long a backup took, in milliseconds. */
export function durationOf(b: Backup): number | undefined {
  if (b.duration_ms) return b.duration_ms
  if (!b.finished_at) return undefined
  return Date.parse(b.finished_at) - Date.parse(b.created_at)
}

/** Returns one column a kind of what value says of each backup that has content. */
export function byKind(backups: readonly Backup[], value: (b: Backup) => number | undefined): Columns {
  const whole = backups.filter((b) => b.status !== 'failed' && value(b) !== undefined)
  const times = whole.map((b) => Date.parse(b.created_at) / 1000)
  const column = (kind: Kind) => whole.map((b) => (b.type === kind ? (value(b) ?? null) : null))
  const columns = chartKinds.map(column)
  // One point makes no axis: an empty one stands a day before it.
  if (times.length === 1) return [[times[0]! - 86_400, ...times], ...columns.map((c) => [null, ...c])]
  return [times, ...columns]
}

/** How the backups of a day ended. */
export interface Day {
  /** Its beginning in the browser's time zone, in milliseconds. */
  start: number
  good: number
  partial: number
  failed: number
}

/** So many days are drawn at least. */
const leastDays = 7

/** Counts outcomes by day, from the first day on; days without any are there too. */
export function byDay(backups: readonly Backup[]): Day[] {
  const days = new Map<number, Day>()
  const [first] = backups
  const last = backups.at(-1)
  if (!first || !last) return []
  const from = Math.min(dayOf(first), new Date(dayOf(last)).setDate(new Date(dayOf(last)).getDate() - leastDays + 1))
  for (let start = from; start <= dayOf(last); start = next(start)) {
    days.set(start, { start, good: 0, partial: 0, failed: 0 })
  }
  for (const b of backups) {
    const day = days.get(dayOf(b))
    if (day) day[b.status === 'completed' ? 'good' : b.status === 'partial' ? 'partial' : 'failed']++
  }
  return [...days.values()]
}

function dayOf(b: Backup): number {
  return new Date(b.created_at).setHours(0, 0, 0, 0)
}

function next(day: number): number {
  const date = new Date(day)
  return date.setDate(date.getDate() + 1)
}

/** Returns what is drawn of days, one on top of the other: all, all but failures, the good ones. */
export function stacked(days: readonly Day[]): Columns {
  return [
    days.map((d) => d.start / 1000),
    days.map((d) => d.good + d.partial + d.failed),
    days.map((d) => d.good + d.partial),
    days.map((d) => d.good),
  ]
}

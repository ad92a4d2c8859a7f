import type { Progress } from '../../api'

/** One reading of a progress. */
export interface Reading {
  /** In milliseconds. */
  at: number
  progress: Pick<Progress, 'phase' | 'done_bytes' | 'done_files' | 'total_bytes' | 'total_files' | 'percent'>
}

/** How fast it goes, as far as the readings tell. */
export interface Speed {
  bytesPerSecond: number
  filesPerSecond: number
  /** Milliseconds until the end of the phase. */
  left: number | undefined
}

/** Readings older than this say nothing about now. */
export const memory = 30_000

/** Readings closer together than this say nothing yet. */
export const enough = 3000

/** Adds a reading; a new phase, or one that began again, forgets those before. */
export function remember(readings: readonly Reading[], next: Reading): Reading[] {
  const last = readings.at(-1)
  if (!last) return [next]
  const { progress: p } = next
  const again = p.phase !== last.progress.phase || p.done_bytes < last.progress.done_bytes || p.done_files < last.progress.done_files
  if (again) return [next]
  if (next.at <= last.at) return [...readings]
  const recent = readings.filter((r) => r.at >= next.at - memory)
  // One that is older stays, so that slow work has a rate as well.
  const anchor = recent.length > 0 ? [] : [last]
  return [...anchor, ...recent, next]
}

/** Returns the speed over the readings, or undefined while they are too few. */
export function speedOf(readings: readonly Reading[]): Speed | undefined {
  const first = readings[0]
  const last = readings.at(-1)
  if (!first || !last || last.at - first.at < enough) return undefined
  const seconds = (last.at - first.at) / 1000
  const bytesPerSecond = (last.progress.done_bytes - first.progress.done_bytes) / seconds
  const filesPerSecond = (last.progress.done_files - first.progress.done_files) / seconds
  return { bytesPerSecond, filesPerSecond, left: leftOf(last.progress, bytesPerSecond, filesPerSecond) }
}

/** By bytes when their total is known, else by files. Totals that are not known give no end. */
function leftOf(p: Reading['progress'], bytes: number, files: number): number | undefined {
  if (p.total_bytes > 0) return bytes > 0 ? (Math.max(0, p.total_bytes - p.done_bytes) / bytes) * 1000 : undefined
  if (p.total_files > 0 && files > 0) return (Math.max(0, p.total_files - p.done_files) / files) * 1000
  return undefined
}

/** Returns how much of the phase is done, from 0 to 1; undefined when no total is known. */
export function shareOf(p: Reading['progress']): number | undefined {
  if (p.total_bytes > 0) return Math.min(1, p.done_bytes / p.total_bytes)
  if (p.total_files > 0) return Math.min(1, p.done_files / p.total_files)
  return undefined
}

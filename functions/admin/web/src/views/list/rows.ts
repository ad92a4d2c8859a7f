import type { Backup, ListAnswer } from '../../api'

/** The rows that are known of a list, the newest first. */
export interface Rows {
  rows: readonly Backup[]
  /** The list has no others. */
  complete: boolean
}

export const noRows: Rows = { rows: [], complete: false }

/**
 * Puts a page into what is known. The page holds all that the list has from after
 * (exclusively; all from the newest on when it is empty) down to its own end, so what
 * is known in between and not on the page is gone. Ids sort by time.
 */
export function merge(known: Rows, page: Pick<ListAnswer, 'backups' | 'cursor'>, after = ''): Rows {
  const last = page.cursor ? page.backups.at(-1)?.id : undefined
  if (page.cursor && last === undefined) return known
  const newer = after === '' ? [] : known.rows.filter((b) => b.id >= after)
  const older = last === undefined ? [] : known.rows.filter((b) => b.id < last)
  return {
    rows: [...newer, ...page.backups, ...older],
    complete: last === undefined || known.complete && (older.length > 0 || endsAt(known, last)),
  }
}

/** endsAt tells that the last row that is known is the page's last. */
function endsAt(known: Rows, last: string): boolean {
  return known.rows.at(-1)?.id === last
}

/** Returns where a gap begins that the newest page leaves to what is known, if there is one. */
export function hasGap(known: Rows, page: Pick<ListAnswer, 'backups' | 'cursor'>): boolean {
  const last = page.cursor ? page.backups.at(-1)?.id : undefined
  const newest = known.rows[0]?.id
  return last !== undefined && newest !== undefined && last > newest
}

import type { Entry } from '../../api'

export const sortKeys = ['name', 'size', 'mtime'] as const
export type SortKey = (typeof sortKeys)[number]

/** How a folder is sorted. */
export interface Sorting {
  key: SortKey
  descending: boolean
}

/** Returns how to sort after a click on a column: again turns it round. */
export function clicked(before: Sorting | undefined, key: SortKey): Sorting {
  if (before?.key === key) return { key, descending: !before.descending }
  return { key, descending: key !== 'name' }
}

const byName = new Intl.Collator('und', { numeric: true })

/**
 * Returns entries with the folders first. Without sorting they keep the order in
 * which they came, so that pages that come later go to the end.
 */
export function ordered(entries: readonly Entry[], sorting: Sorting | undefined): Entry[] {
  const folders = entries.filter((e) => e.type === 'dir')
  const others = entries.filter((e) => e.type !== 'dir')
  if (!sorting) return [...folders, ...others]
  const sign = sorting.descending ? -1 : 1
  // Folders have no size of their own.
  const folderSorting = sorting.key === 'size' ? { key: 'name' as const, sign: 1 } : { key: sorting.key, sign }
  return [
    ...folders.sort((a, b) => folderSorting.sign * compare(a, b, folderSorting.key)),
    ...others.sort((a, b) => sign * compare(a, b, sorting.key)),
  ]
}

function compare(a: Entry, b: Entry, key: SortKey): number {
  if (key === 'size' && a.size !== b.size) return a.size - b.size
  if (key === 'mtime' && a.mtime !== b.mtime) return Date.parse(a.mtime) - Date.parse(b.mtime)
  return byName.compare(a.path, b.path)
}

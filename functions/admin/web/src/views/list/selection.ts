import { useRef, useState } from 'preact/hooks'

import type { Backup } from '../../api'

/** More are not deleted at once. */
export const mostSelected = 100

/** The backups that were ticked. */
export interface Selection {
  backups: Backup[]
  has: (id: string) => boolean
  /** Ticks a row or takes its tick away; with range all from the last one to it. */
  set: (rows: readonly Backup[], index: number, selected: boolean, range: boolean) => void
  /** Ticks these and no others. */
  all: (backups: readonly Backup[]) => void
}

/** Keeps ticks; they are gone with the view. */
export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Backup>>(new Map())
  const last = useRef<string | undefined>(undefined)
  return {
    backups: [...chosen.values()],
    has: (id) => chosen.has(id),
    all: (backups) => setChosen(new Map(backups.map((b) => [b.id, b]))),
    set: (rows, index, selected, range) => {
      const from = range ? rows.findIndex((b) => b.id === last.current) : -1
      const [a, b] = from < 0 ? [index, index] : [Math.min(from, index), Math.max(from, index)]
      last.current = rows[index]?.id
      const next = new Map(chosen)
      for (const backup of rows.slice(a, b + 1)) {
        if (selected) next.set(backup.id, backup)
        else next.delete(backup.id)
      }
      setChosen(next)
    },
  }
}

import { useRef, useState } from 'preact/hooks'

import type { Backup, Entry } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { size } from '../../i18n/format'
import { isAdmin } from '../../store'
import { Button } from '../../ui'

import { keyOf, outermost, wireForm, type Exact } from './paths'

/** More the API does not take at once. */
export const mostPaths = 1000

/** The entries that were ticked, in whatever folders. */
export interface Selection {
  entries: Entry[]
  has: (entry: Exact) => boolean
  /** Ticks a row or takes its tick away; with range all from the last one to it. */
  set: (rows: readonly Entry[], index: number, selected: boolean, range: boolean) => void
  /** Ticks all these, or takes their ticks away. */
  setAll: (rows: readonly Entry[], selected: boolean) => void
  clear: () => void
}

/** Keeps ticks while the files of one backup are looked at. */
export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Entry>>(new Map())
  const last = useRef<string | undefined>(undefined)
  const setAll = (rows: readonly Entry[], selected: boolean) => {
    const next = new Map(chosen)
    for (const entry of rows) {
      if (selected) next.set(keyOf(entry), entry)
      else next.delete(keyOf(entry))
    }
    setChosen(next)
  }
  return {
    entries: [...chosen.values()],
    has: (entry) => chosen.has(keyOf(entry)),
    set: (rows, index, selected, range) => {
      const from = range ? rows.findIndex((entry) => keyOf(entry) === last.current) : -1
      const [a, b] = from < 0 ? [index, index] : [Math.min(from, index), Math.max(from, index)]
      last.current = rows[index] && keyOf(rows[index])
      setAll(rows.slice(a, b + 1), selected)
    },
    setAll,
    clear: () => setChosen(new Map()),
  }
}

/** Opens the dialog that restores these entries and what is below them. */
export function restoreEntries(backup: Backup, entries: readonly Exact[]): void {
  const forms = outermost(entries).map(wireForm)
  openDialog({
    name: 'restore', backup, paths: forms.flatMap((f) => ('text' in f ? [f.text] : [])),
    pathsBase64: forms.flatMap((f) => ('base64' in f ? [f.base64] : [])),
  })
}

/** Opens the dialog that makes an entry ready for download. */
export function downloadEntry(backup: Backup, entry: Entry): void {
  const form = wireForm(entry)
  const path = 'text' in form ? { path: form.text } : { pathBase64: form.base64 }
  openDialog({ name: 'download', backup, ...path, entry: entry.type === 'dir' ? 'dir' : 'file' })
}

/** What can be done with the ticked entries. */
export function SelectionBar({ backup, selection }: { backup: Backup; selection: Selection }) {
  const { entries } = selection
  if (entries.length === 0) return null
  const bytes = entries.reduce((sum, e) => sum + (e.type === 'file' ? e.size : 0), 0)
  const folders = entries.some((e) => e.type === 'dir')
  const chosen = outermost(entries)
  const tooMany = chosen.length > mostPaths
  const only = chosen.length === 1 ? chosen[0] : undefined
  return (
    <section class="browse-selection" aria-label={t('browse.selection')}>
      <p role="status">
        {t('browse.selected', { count: entries.length })}
        {bytes > 0 && <span class="muted"> {t(folders ? 'browse.selectedAndFolders' : 'browse.selectedSize', { size: size(bytes) })}</span>}
        {tooMany && <span class="menu-why">{t('browse.tooMany', { most: mostPaths })}</span>}
        {!isAdmin.value && <span class="menu-why">{t('browse.adminsOnly')}</span>}
      </p>
      <Button small icon="close" kind="ghost" onClick={selection.clear}>
        {t('browse.clear')}
      </Button>
      {only && (
        <Button small icon="download" disabled={!isAdmin.value} popup="dialog" onClick={() => downloadEntry(backup, only)}>
          {t('browse.download')}
        </Button>
      )}
      <Button
        small kind="primary" icon="restore" disabled={!isAdmin.value || tooMany} popup="dialog"
        onClick={() => restoreEntries(backup, chosen)}
      >
        {t('browse.restore')}
      </Button>
    </section>
  )
}

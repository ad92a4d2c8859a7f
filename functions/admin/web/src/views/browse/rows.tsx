import { useEffect, useRef, useState } from 'preact/hooks'

import type { Backup, Entry } from '../../api'
import { t } from '../../i18n'
import { dateTime, exactTime, size } from '../../i18n/format'
import { isAdmin } from '../../store'
import { copyText, Icon, type IconName, Menu, type MenuItem, Outside } from '../../ui'
import { indexes } from '../../ui/window'
import { indexAt, onArrow, useRowHeight, useWindow } from '../../ui/windowed'

import { mayBePicture, shortName } from './names'
import { sortKeys, type Sorting, type SortKey } from './order'
import { baseName, keyOf, nameBelow, type Exact } from './paths'
import { addressOf } from './place'
import { downloadEntry, restoreEntries, type Selection } from './selection'

// In rem; browse.css lays them out.
const wideRow = 2.75
const narrowRow = 4
const narrow = '(max-width: 40rem)'

/** So many rows before the end the next page is read. */
const ahead = 40

export interface RowsProps {
  backup: Backup
  place: Exact
  rows: readonly Entry[]
  complete: boolean
  sorting: Sorting | undefined
  onSort: (key: SortKey) => void
  selection: Selection
  onOpen: (entry: Entry) => void
  /** The end is near. */
  onEnd: () => void
}

/** A folder's entries as a table, of which only the rows in sight are in the document. */
export function Rows(props: RowsProps) {
  const { rows } = props
  const body = useRef<HTMLDivElement>(null)
  const height = useRowHeight(narrow, wideRow, narrowRow)
  const window = useWindow(body, rows.length, height)
  const [focused, setFocused] = useState<number | undefined>(undefined)
  useEffect(() => {
    if (!props.complete && window.end > rows.length - ahead) props.onEnd()
  }, [window.end, rows.length, props.complete])
  return (
    <div
      role="table" class="files" aria-label={t('browse.title')} aria-rowcount={props.complete ? rows.length + 1 : -1}
      onKeyDown={(event) => onArrow(event, body.current, rows.length, height)}
      onFocusIn={(event) => setFocused(indexAt(event.target))} onFocusOut={() => setFocused(undefined)}
    >
      <Head {...props} />
      <div role="rowgroup" class="file-rows" ref={body} style={{ height: `${rows.length * height}px` }}>
        {indexes(window, focused !== undefined && focused < rows.length ? focused : undefined).map((index) => (
          <Row key={keyOf(rows[index]!)} {...props} entry={rows[index]!} index={index} height={height} />
        ))}
      </div>
    </div>
  )
}

function Head({ rows, selection, sorting, onSort }: RowsProps) {
  const box = useRef<HTMLInputElement>(null)
  const chosen = selection.entries.length === 0 ? 0 : rows.filter((entry) => selection.has(entry)).length
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen > 0 && chosen < rows.length
  }, [chosen, rows.length])
  return (
    <div role="rowgroup">
      <div role="row" class="file-row head" aria-rowindex={1}>
        <div role="columnheader" class="file-select">
          <input
            ref={box} type="checkbox" class="row-check" aria-label={t('browse.selectAll')} checked={chosen === rows.length}
            onClick={(event) => selection.setAll(rows, event.currentTarget.checked)}
          />
        </div>
        {sortKeys.map((key) => (
          <div key={key} role="columnheader" class={`file-${key}`} aria-sort={sortOf(sorting, key)}>
            <button type="button" class="sort" onClick={() => onSort(key)}>
              {t(`browse.head.${key}`)}
              {sorting?.key === key && (
                <span class={sorting.descending ? 'sort-sign' : 'sort-sign up'}>
                  <Icon name="chevron" size={16} />
                </span>
              )}
            </button>
          </div>
        ))}
        <div role="columnheader" class="file-menu">
          <span class="visually-hidden">{t('browse.head.actions')}</span>
        </div>
      </div>
    </div>
  )
}

function sortOf(sorting: Sorting | undefined, key: SortKey): 'ascending' | 'descending' | undefined {
  if (sorting?.key !== key) return undefined
  return sorting.descending ? 'descending' : 'ascending'
}

const icons = { dir: 'folder', file: 'file', symlink: 'arrow' } as const

function iconOf(entry: Entry): IconName {
  return mayBePicture(entry) ? 'image' : icons[entry.type]
}

interface RowProps extends RowsProps {
  entry: Entry
  index: number
  height: number
}

function Row(props: RowProps) {
  const { entry, index, height, selection, rows, place } = props
  const name = nameBelow(entry, place)
  const base = baseName(entry)
  const selected = selection.has(entry)
  return (
    <div
      role="row" class={selected ? 'file-row selected' : 'file-row'} aria-rowindex={index + 2} data-index={index}
      style={{ top: `${index * height}px`, height: `${height}px` }}
    >
      <div role="cell" class="file-select">
        <input
          type="checkbox" class="row-check" aria-label={t('browse.select', { name: shortName(name) })} checked={selected}
          onClick={(event) => selection.set(rows, index, event.currentTarget.checked, event.shiftKey)}
        />
      </div>
      <div role="rowheader" class="file-name">
        <span class={`file-icon ${entry.type}`}>
          <Icon name={iconOf(entry)} size={18} />
        </span>
        <Title {...props} name={base} />
        {name.length > base.length && (
          <span class="file-folder" title={shortName(name, 300)}>
            <Outside text={name.slice(0, -base.length - 1)} clip />
          </span>
        )}
      </div>
      <div role="cell" class="file-size numeric">
        {entry.type === 'file' ? size(entry.size) : <span class="visually-hidden">{t(`browse.type.${entry.type}`)}</span>}
      </div>
      <div role="cell" class="file-mtime numeric">
        <time dateTime={entry.mtime} title={exactTime(entry.mtime)}>
          {dateTime(entry.mtime)}
        </time>
      </div>
      <div role="cell" class="file-menu">
        <Menu small icon="more" label={t('browse.actions', { name: shortName(name) })} items={itemsFor(props)} />
      </div>
    </div>
  )
}

function Title({ backup, entry, name, onOpen }: RowProps & { name: string }) {
  if (entry.type === 'dir') {
    return (
      <a href={addressOf(backup.id, entry)} class="file-link" data-row-link title={shortName(name, 300)}>
        <Outside text={name} clip />
      </a>
    )
  }
  return (
    <button type="button" class="file-link" data-row-link title={shortName(name, 300)} aria-haspopup="dialog" onClick={() => onOpen(entry)}>
      <Outside text={name} clip />
    </button>
  )
}

function itemsFor({ backup, entry, onOpen }: RowProps): MenuItem[] {
  const refused = isAdmin.value ? {} : { disabled: t('browse.adminsOnly') }
  const items: MenuItem[] = []
  if (entry.type !== 'dir') items.push({ text: t('browse.look'), icon: 'eye', onClick: () => onOpen(entry) })
  if (entry.type !== 'symlink') {
    items.push({ text: t('browse.download'), icon: 'download', onClick: () => downloadEntry(backup, entry), ...refused })
  }
  items.push(
    { text: t('browse.restore'), icon: 'restore', onClick: () => restoreEntries(backup, [entry]), ...refused },
    { text: t('browse.copyPath'), icon: 'copy', divided: true, onClick: () => void copyText(entry.path) },
  )
  const { sha256 } = entry
  if (sha256) items.push({ text: t('browse.copySHA'), icon: 'copy', onClick: () => void copyText(sha256) })
  return items
}

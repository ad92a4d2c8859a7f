import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

import type { Backup } from '../../api'
import { t } from '../../i18n'
import { Button, ErrorState } from '../../ui'
import { indexes } from '../../ui/window'
import { indexAt, onArrow, useRowHeight, useWindow } from '../../ui/windowed'

import type { BackupList } from './backuplist'
import { Row } from './row'
import type { Selection } from './selection'

/** In rem: a row at wide, a card at narrow widths. list.css lays them out. */
const rowHeight = 4
const cardHeight = 9
const narrow = '(max-width: 56rem)'

/** So many rows before the end the next page is read. */
const ahead = 25

/** The list as a table, of which only the rows in sight are in the document. */
export function BackupTable({ list, selection }: { list: BackupList; selection: Selection | undefined }) {
  const { rows, complete } = list.rows.value
  const body = useRef<HTMLDivElement>(null)
  const height = useRowHeight(narrow, rowHeight, cardHeight)
  const window = useWindow(body, rows.length, height)
  const [focused, setFocused] = useState<number | undefined>(undefined)
  list.window = window
  useEffect(() => {
    if (window.end > rows.length - ahead && !list.olderError.peek()) void list.more()
  }, [list, window.end, rows.length])
  // One function for all rows and for ever: rows whose props stay are not made anew.
  const latest = useRef({ rows, selection })
  latest.current = { rows, selection }
  const select = useCallback((index: number, selected: boolean, range: boolean) => {
    latest.current.selection?.set(latest.current.rows, index, selected, range)
  }, [])
  return (
    <div class={selection ? 'backups selectable' : 'backups'}>
      <div
        role="table" aria-label={t('list.title')} aria-rowcount={complete ? rows.length + 1 : -1}
        onKeyDown={(event) => onArrow(event, body.current, rows.length, height)}
        onFocusIn={(event) => setFocused(indexAt(event.target))} onFocusOut={() => setFocused(undefined)}
      >
        <Head rows={rows} selection={selection} />
        <div role="rowgroup" class="backup-rows" ref={body} style={{ height: `${rows.length * height}px` }}>
          {indexes(window, focused !== undefined && focused < rows.length ? focused : undefined).map((index) => {
            const backup = rows[index]!
            return (
              <Row
                key={backup.id} backup={backup} index={index} top={index * height} height={height}
                selectable={selection !== undefined} selected={selection?.has(backup.id) ?? false}
                onSelect={select}
              />
            )
          })}
        </div>
      </div>
      <Older list={list} />
    </div>
  )
}

const columns = ['name', 'status', 'age', 'size', 'files', 'checks', 'reason'] as const

function Head({ rows, selection }: { rows: readonly Backup[]; selection: Selection | undefined }) {
  const box = useRef<HTMLInputElement>(null)
  const chosen = selection ? rows.filter((b) => selection.has(b.id)).length : 0
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen > 0 && chosen < rows.length
  }, [chosen, rows.length])
  return (
    <div role="rowgroup">
      <div role="row" class="backup-row head" aria-rowindex={1}>
        {selection && (
          <div role="columnheader" class="cell-select">
            <label>
              <input
                ref={box} type="checkbox" class="row-check" checked={chosen > 0 && chosen === rows.length}
                onClick={(event) => selection.all(event.currentTarget.checked ? rows : [])}
              />
              <span class="select-all">{t('list.selectAll')}</span>
            </label>
          </div>
        )}
        {columns.map((column) => (
          <div key={column} role="columnheader" class={`cell-${column}`}>
            {t(`list.head.${column}`)}
          </div>
        ))}
        <div role="columnheader" class="cell-menu">
          <span class="visually-hidden">{t('list.head.actions')}</span>
        </div>
      </div>
    </div>
  )
}

/** Says what is below the last row. */
function Older({ list }: { list: BackupList }) {
  const error = list.olderError.value
  if (error) return <ErrorState error={error} title={t('list.olderFailed')} onRetry={() => void list.more()} />
  if (list.rows.value.complete) return null
  return (
    <p class="older">
      <Button small busy={list.loadingOlder.value} onClick={() => void list.more()}>
        {t('list.older')}
      </Button>
    </p>
  )
}

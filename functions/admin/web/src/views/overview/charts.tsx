import { useEffect, useMemo, useState } from 'preact/hooks'

import { read, type Backup } from '../../api'
import { t } from '../../i18n'
import { dateTime, duration, size } from '../../i18n/format'
import { Resource, useResource } from '../../store'
import { remember, remembered } from '../../store/remembered'
import { Button, KindLabel, lazy, Loaded, StatusBadge, Table } from '../../ui'

import { charted, durationOf } from './series'

const Pictures = lazy(() => import('./pictures').then((m) => m.Pictures))

/** So many of the newest backups are drawn. */
const drawn = 200

const history = new Resource((s) => read.list({ limit: drawn }, { signal: s, retries: 0 }), { interval: () => 60_000 })

/** Size, duration and outcomes over time. Nothing is read or loaded before it is opened. */
export function Charts() {
  const [open, setOpen] = useState(() => (remembered('charts') ?? (innerWidth >= 1024 ? 'open' : '')) === 'open')
  const idle = useIdle()
  const toggle = (now: boolean) => {
    if (now === open) return
    setOpen(now)
    remember('charts', now ? 'open' : 'closed')
  }
  return (
    <details class="card charts" open={open} onToggle={(event) => toggle(event.currentTarget.open)}>
      <summary>
        <h2>{t('overview.charts.title')}</h2>
      </summary>
      {open && (idle ? <Inside /> : <div class="card-body pictures" />)}
    </details>
  )
}

/** Lets what is more pressing come first. */
function useIdle(): boolean {
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    // Not in every browser.
    if (typeof requestIdleCallback !== 'function') {
      const timer = setTimeout(() => setIdle(true), 300)
      return () => clearTimeout(timer)
    }
    const handle = requestIdleCallback(() => setIdle(true), { timeout: 2000 })
    return () => cancelIdleCallback(handle)
  }, [])
  return idle
}

function Inside() {
  const state = useResource(history)
  const [asTable, setAsTable] = useState(false)
  const data = useMemo(() => state.data && charted(state.data.backups), [state.data])
  const drawable = data === undefined || data.length > 1
  return (
    <div class={drawable && !asTable ? 'card-body pictures' : 'card-body'}>
      <Loaded state={{ ...state, data }} onRetry={() => history.refresh()}>
        {(backups) => (
          <>
            {asTable && <Numbers backups={backups} />}
            {!asTable && (drawable ? <Pictures backups={backups} /> : <p class="muted">{t('overview.charts.none')}</p>)}
            <Button small kind="ghost" icon={asTable ? 'eye' : 'file'} onClick={() => setAsTable(!asTable)}>
              {t(asTable ? 'overview.charts.asPicture' : 'overview.charts.asTable')}
            </Button>
          </>
        )}
      </Loaded>
    </div>
  )
}

/** The same as numbers, the newest first. */
function Numbers({ backups }: { backups: Backup[] }) {
  const rows = backups.toReversed()
  return (
    <div class="chart-table" tabIndex={0} role="region" aria-label={t('overview.charts.title')}>
      <Table
        caption={t('overview.charts.caption', { count: rows.length })} rows={rows} keyOf={(b) => b.id}
        columns={[
          { key: 'when', head: t('overview.charts.when'), cell: (b) => dateTime(b.created_at), rowHeader: true },
          { key: 'kind', head: t('overview.charts.kind'), cell: (b) => <KindLabel kind={b.type} /> },
          { key: 'status', head: t('overview.charts.status'), cell: (b) => <StatusBadge record={b} /> },
          { key: 'size', head: t('overview.charts.size'), cell: (b) => size(b.logical_size), numeric: true },
          { key: 'added', head: t('overview.charts.added'), cell: (b) => size(b.file_size), numeric: true },
          { key: 'duration', head: t('overview.charts.duration'), cell: (b) => duration(durationOf(b) ?? 0), numeric: true },
        ]}
      />
    </div>
  )
}

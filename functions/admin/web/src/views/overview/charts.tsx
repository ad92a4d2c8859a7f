import { useMemo, useState } from 'preact/hooks'

import { read, type Backup } from '../../api'
import { t } from '../../i18n'
import { count, date, dateTime, duration, size } from '../../i18n/format'
import { Resource, useResource } from '../../store'
import { remember, remembered } from '../../store/remembered'
import { Button, KindLabel, lazy, Loaded, StatusBadge, Table } from '../../ui'

import { byDay, byKind, charted, chartKinds, durationOf, stacked, type Columns, type Day } from './series'

const Plot = lazy(() => import('./plot').then((m) => m.Plot))

/** So many of the newest backups are drawn. */
const drawn = 200

const history = new Resource((s) => read.list({ limit: drawn }, { signal: s, retries: 0 }), { interval: () => 60_000 })

/** Size, duration and outcomes over time. Nothing is read or loaded before it is opened. */
export function Charts() {
  const [open, setOpen] = useState(() => (remembered('charts') ?? (innerWidth >= 1024 ? 'open' : '')) === 'open')
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
      {open && <Inside />}
    </details>
  )
}

function Inside() {
  const state = useResource(history)
  const [asTable, setAsTable] = useState(false)
  return (
    <div class="card-body">
      <Loaded state={state} onRetry={() => history.refresh()}>
        {({ backups }) => (
          <>
            {asTable ? <Numbers backups={charted(backups)} /> : <Pictures backups={charted(backups)} />}
            <Button small kind="ghost" icon={asTable ? 'eye' : 'file'} onClick={() => setAsTable(!asTable)}>
              {t(asTable ? 'overview.charts.asPicture' : 'overview.charts.asTable')}
            </Button>
          </>
        )}
      </Loaded>
    </div>
  )
}

const kindLines = () =>
  chartKinds.map((kind, i) => ({ label: t(`kind.${kind}`), color: `--chart-${kind}`, ...(i > 0 && { dash: i === 1 ? [8, 4] : [3, 3] }) }))

const outcomeLines = () => [
  { label: t('overview.charts.failed'), color: '--bad' },
  { label: t('overview.charts.partial'), color: '--chart-partial' },
  { label: t('overview.charts.good'), color: '--chart-good' },
]

function Pictures({ backups }: { backups: Backup[] }) {
  const sizes = useMemo(() => byKind(backups, (b) => b.logical_size), [backups])
  const durations = useMemo(() => byKind(backups, durationOf), [backups])
  const days = useMemo(() => byDay(backups), [backups])
  const columns = useMemo(() => stacked(days), [days])
  if (backups.length < 2) return <p class="muted">{t('overview.charts.none')}</p>
  return (
    <div class="chart-grid">
      <Kinds name="size" data={sizes} format={size} />
      <Kinds name="duration" data={durations} format={duration} />
      <figure class="chart">
        <figcaption>{t('overview.charts.success')}</figcaption>
        <Plot
          data={columns} lines={outcomeLines()} bars whole format={count}
          readout={(i) => outcomes(days[i])} summary={summaryOfDays(days, backups.length)}
        />
        <Legend lines={outcomeLines().reverse()} />
      </figure>
    </div>
  )
}

function Kinds({ name, data, format }: { name: 'size' | 'duration'; data: Columns; format: (value: number) => string }) {
  const [times, ...columns] = data
  const values = columns.flat().filter((v) => v !== null)
  const present = columns.map((column) => column.some((v) => v !== null))
  const lines = kindLines()
  const readout = (i: number) => {
    const at = columns.findIndex((column) => column[i] !== null && column[i] !== undefined)
    return at < 0 ? '' : `${dateTime((times[i] ?? 0) * 1000)} · ${lines[at]!.label}: ${format(columns[at]![i] ?? 0)}`
  }
  const summary = t(`overview.charts.summary.${name}`, {
    backups: t('count.backups', { count: values.length }), least: format(Math.min(...values)), most: format(Math.max(...values)),
  })
  return (
    <figure class="chart">
      <figcaption>{t(`overview.charts.${name}`)}</figcaption>
      <Plot data={data} lines={lines} format={format} readout={readout} summary={summary} />
      <Legend lines={lines.filter((_, i) => present[i])} />
    </figure>
  )
}

function Legend({ lines }: { lines: { label: string; color: string }[] }) {
  return (
    <ul class="legend small muted" aria-hidden="true">
      {lines.map((line) => (
        <li key={line.label}>
          <span class="swatch" style={{ background: `var(${line.color})` }} /> {line.label}
        </li>
      ))}
    </ul>
  )
}

function outcomes(day: Day | undefined): string {
  if (!day) return ''
  const parts = (['good', 'partial', 'failed'] as const).filter((name) => day[name] > 0)
  return `${date(day.start)} · ${parts.map((name) => `${t(`overview.charts.${name}`)}: ${count(day[name])}`).join(', ') || '—'}`
}

function summaryOfDays(days: Day[], backups: number): string {
  const sum = (name: 'good' | 'partial' | 'failed') => count(days.reduce((total, day) => total + day[name], 0))
  return t('overview.charts.summary.success', {
    backups: t('count.backups', { count: backups }), good: sum('good'), partial: sum('partial'), failed: sum('failed'),
  })
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

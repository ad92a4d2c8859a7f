import { useMemo } from 'preact/hooks'

import type { Backup } from '../../api'
import { t } from '../../i18n'
import { count, date, dateTime, duration, size } from '../../i18n/format'

import { Plot } from './plot'
import { byDay, byKind, chartKinds, durationOf, stacked, type Columns, type Day } from './series'

const round = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const units = (...lengths: number[]) => lengths.flatMap((length) => round.map((n) => n * length))

/** Steps that are round in what they are said in. */
const steps = {
  count: round,
  size: units(1, 2 ** 10, 2 ** 20, 2 ** 30, 2 ** 40),
  duration: [1000, 2000, 5000, 10_000, 15_000, 30_000, ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1440].map((m) => m * 60_000)],
}

const kindLines = () =>
  chartKinds.map((kind, i) => ({ label: t(`kind.${kind}`), color: `--chart-${kind}`, ...(i > 0 && { dash: i === 1 ? [8, 4] : [3, 3] }) }))

const outcomeLines = () => [
  { label: t('overview.charts.failed'), color: '--bad' },
  { label: t('overview.charts.partial'), color: '--chart-partial' },
  { label: t('overview.charts.good'), color: '--chart-good' },
]

/** Size, duration and outcomes of two backups or more, drawn. */
export function Pictures({ backups }: { backups: Backup[] }) {
  const sizes = useMemo(() => byKind(backups, (b) => b.logical_size), [backups])
  const durations = useMemo(() => byKind(backups, durationOf), [backups])
  const days = useMemo(() => byDay(backups), [backups])
  const columns = useMemo(() => stacked(days), [days])
  return (
    <div class="chart-grid">
      <Kinds name="size" data={sizes} format={size} />
      <Kinds name="duration" data={durations} format={duration} />
      <Plot
        title={t('overview.charts.success')} data={columns} lines={outcomeLines()} bars steps={steps.count} format={count}
        readout={(i) => outcomes(days[i])} summary={summaryOfDays(days, backups.length)}
        legend={<Legend lines={outcomeLines().reverse()} />}
      />
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
    <Plot
      title={t(`overview.charts.${name}`)} data={data} lines={lines} steps={steps[name]} format={format} readout={readout}
      summary={summary} legend={<Legend lines={lines.filter((_, i) => present[i])} />}
    />
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

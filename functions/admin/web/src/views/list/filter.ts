import type { Kind, Status } from '../../api'
import type { ListQuery } from '../../api'

/** What the list is narrowed to, as the address's query has it. Empty means all. */
export interface Filter {
  kind: Kind | ''
  status: Status | ''
  period: Period
  /** Days, of the browser's time zone, when period is custom: 2026-11-28. */
  from: string
  to: string
  q: string
}

/** The periods that can be chosen; custom is from one day to another. */
export const periods = ['', '1d', '7d', '30d', '365d', 'custom'] as const
export type Period = (typeof periods)[number]

export const kinds: readonly Kind[] = ['full', 'database', 'storage']
export const statuses: readonly Status[] = ['completed', 'partial', 'failed', 'cancelled', 'running', 'pending', 'deleting']

/** The longest text that the API searches for. */
export const longestText = 200

/** Reads a filter; what makes no sense is left out. */
export function readFilter(query: URLSearchParams): Filter {
  const of = <V extends string>(name: string, values: readonly V[]): V | '' =>
    values.find((v) => v === query.get(name)) ?? ''
  const from = dayOf(query.get('from'))
  const to = dayOf(query.get('to'))
  return {
    kind: of('kind', kinds),
    status: of('status', statuses),
    period: from || to ? 'custom' : (of('period', periods) as Period),
    from,
    to,
    q: plain(query.get('q') ?? ''),
  }
}

function dayOf(text: string | null): string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''
}

/** plain takes away what the API does not search for. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').trim().slice(0, longestText)
}

/** Whether a filter leaves anything out. */
export function narrows(f: Filter): boolean {
  return f.kind !== '' || f.status !== '' || f.q !== '' || (f.period === 'custom' ? f.from !== '' || f.to !== '' : f.period !== '')
}

/** Names a filter: equal ones have equal keys. */
export function keyOf(f: Filter): string {
  return JSON.stringify([f.kind, f.status, f.period, f.from, f.to, f.q])
}

/** Returns what to ask the API for. */
export function listQuery(f: Filter, now: number): ListQuery {
  const { from, to } = bounds(f, now)
  return {
    ...(f.kind && { backup_type: f.kind }),
    ...(f.status && { status: f.status }),
    ...(f.q && { q: f.q }),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
  }
}

const day = 86_400_000

function bounds(f: Filter, now: number): { from?: number; to?: number } {
  if (f.period === '') return {}
  // To the minute, so that the same question is asked for a while.
  if (f.period !== 'custom') return { from: Math.floor(now / 60_000) * 60_000 - Number.parseInt(f.period, 10) * day }
  return {
    ...(f.from && { from: new Date(`${f.from}T00:00:00`).getTime() }),
    ...(f.to && { to: new Date(`${f.to}T23:59:59.999`).getTime() }),
  }
}

import type { Backup, ComponentName, Operation, ScheduleAnswer, Stats } from '../../api'

/**
 * How things stand. good: nothing to do. warn: somebody should look at it. bad: something
 * could not be restored today, or will soon not be. unknown: what is known is not fresh.
 */
export type Level = 'good' | 'warn' | 'bad' | 'unknown'

/** What a finding is about. */
export type Part = ComponentName | 'both'

/** What can be said, the most pressing first. */
export const order = [
  'missingFailed', 'missing', 'onlyDamaged', 'restoreFailed', 'damagedNewest', 'shrunk', 'failing', 'overdue', 'old', 'restoreRunning',
  'firstRunning', 'failed', 'partial', 'restorePartial', 'schedulerStopped', 'scheduleOff', 'olderDamaged', 'neverVerified',
  'verifiedLongAgo', 'rotationFailed',
] as const

/** What is said of all backups. */
export type PlainCode =
  | 'restoreFailed' | 'restoreRunning' | 'restorePartial' | 'schedulerStopped' | 'olderDamaged'
  | 'neverVerified' | 'verifiedLongAgo' | 'rotationFailed'

/** What is said of a component, or of both. */
export type PartCode = Exclude<(typeof order)[number], PlainCode>

/** One thing that is said about the backups. */
export interface Finding {
  code: PartCode | PlainCode | 'well' | 'stale' | 'loading' | 'unread'
  level: Level
  part?: Part
  /** When it happened, or how old the newest good backup is. */
  at?: string
  /** When the newest sound backup was taken, beside what is said. */
  good?: string
  count?: number
  /** The record that it is about. */
  subject?: string
}

/** What the page knows, and how well. */
export interface Facts {
  now: number
  /** The newest backups, the newest first. */
  backups: Backup[] | undefined
  /** There are no others. */
  complete: boolean
  operations: Operation[]
  stats: Stats | undefined
  schedule: ScheduleAnswer | undefined
  /** When backups was true, in milliseconds. */
  heard: number | undefined
  /** The server does not answer, or not to this user. */
  silent: boolean
  /** The newest attempt to read failed. */
  failed: boolean
  /** Something of this is still being read for the first time. */
  reading: boolean
}

/** What to say: one sentence, and what else there is. */
export interface Verdict {
  level: Level
  /** The first is the sentence. There is always one. */
  findings: [Finding, ...Finding[]]
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** What is read every few seconds is no longer fresh after this. */
export const freshFor = minute

/** Backups should be read back at least this often. */
export const verifyEvery = 31 * day

/** For so long a restore that failed is worth a word. */
export const restoreMatters = 7 * day

/** How old a component's newest backup may be when no schedule says it. */
export const standard: Record<ComponentName, { warn: number; bad: number }> = {
  database: { warn: 2 * day, bad: 7 * day },
  storage: { warn: 8 * day, bad: 30 * day },
}

const components: readonly ComponentName[] = ['database', 'storage']

/** Decides what to say. It looks at nothing but facts, and waits for all of them unless something is bad. */
export function judge(facts: Facts): Verdict {
  if (!knowsEnough(facts)) return unclear(facts)
  const findings = inOrder([...joined(components.flatMap((c) => ofComponent(c, facts))), ...ofWhole(facts)])
  const [first, ...others] = findings
  if (facts.reading && first?.level !== 'bad') return unclear(facts)
  if (isStale(facts)) {
    const stale: Finding = { code: 'stale', level: 'unknown', at: new Date(facts.heard ?? facts.now).toISOString() }
    return { level: 'unknown', findings: [stale, ...findings] }
  }
  if (first) return { level: first.level, findings: [first, ...others] }
  return knowsAll(facts) ? { level: 'good', findings: [{ code: 'well', level: 'good' }] } : unclear(facts)
}

/** Whether nothing was left unread that could tell otherwise. */
function knowsAll({ stats, complete }: Facts): boolean {
  return stats !== undefined || complete
}

/** Whether enough was read to say what is wrong. */
function knowsEnough(facts: Facts): boolean {
  return facts.backups !== undefined && (knowsAll(facts) || components.every((c) => newestOf(c, facts).sound))
}

/** unclear says that too little was read, and whether there is more to come. */
function unclear(facts: Facts): Verdict {
  return { level: 'unknown', findings: [{ code: facts.failed || facts.silent ? 'unread' : 'loading', level: 'unknown' }] }
}

function isStale(facts: Facts): boolean {
  return facts.silent || facts.heard === undefined || facts.now - facts.heard > freshFor
}

// --- a component ---

/** Whether a backup is meant to hold a component. */
export function holds(b: Backup, component: ComponentName): boolean {
  return b.type === 'full' || b.type === component
}

/** Whether a backup holds a component whole, and was not taken only for a restore. */
function isGood(b: Backup, component: ComponentName): boolean {
  const content = b.status === 'completed' || b.status === 'partial'
  return content && b.reason !== 'pre-restore' && holds(b, component) && inIt(b, component) && !shrunkIn(b, component)
}

function inIt(b: Backup, component: ComponentName): boolean {
  return component === 'database' ? b.db_success : b.storage_success
}

/** Whether a backup holds so little of a component that it counts only once somebody accepts that. */
export function shrunkIn(b: Backup, component: ComponentName): boolean {
  return !b.accepted && (b.shrunk as ComponentName[] | undefined)?.includes(component) === true
}

/** The newest complete backup of a component, and the newest that is not damaged. */
export function newestOf(component: ComponentName, facts: Facts): { any?: Backup; sound?: Backup } {
  const good = known(facts).filter((b) => isGood(b, component))
  const [any] = good
  const sound = good.find((b) => !b.damaged)
  return { ...(any && { any }), ...(sound && { sound }) }
}

/** known returns all backups that are known of, newest first. The list is fresher than the numbers. */
function known(facts: Facts): Backup[] {
  const listed = facts.backups ?? []
  const { stats } = facts
  const counted = [
    ...Object.values(stats?.newest_component ?? {}), ...Object.values(stats?.newest ?? {}),
    stats?.latest_backup, stats?.last_failure,
  ]
  const last = listed.at(-1)?.id ?? ''
  const all = new Map(listed.map((b) => [b.id, b]))
  for (const b of counted) {
    // What is new enough for the list and not in it was deleted meanwhile.
    const gone = facts.backups !== undefined && (facts.complete || (b?.id ?? '') >= last)
    if (b && !all.has(b.id) && !gone) all.set(b.id, b)
  }
  return [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
}

function ofComponent(component: ComponentName, facts: Facts): Finding[] {
  const { any, sound } = newestOf(component, facts)
  const since = sound?.id ?? ''
  const tries = known(facts).filter((b) => holds(b, component) && b.id > since && b.reason !== 'pre-restore')
  const lost = tries.filter((b) => b.status === 'failed' || (b.status === 'partial' && (!inIt(b, component) || shrunkIn(b, component))))
  const found: Finding[] = [...unscheduled(component, facts)]
  if (!any) {
    const begun = tries.some((b) => b.status === 'pending' || b.status === 'running')
    return [...found, ...absent(component, begun, lost)]
  }
  if (!sound) return [...found, { code: 'onlyDamaged', level: 'bad', part: component, subject: any.id }]
  if (any.id !== sound.id) {
    found.push({ code: 'damagedNewest', level: 'bad', part: component, subject: any.id, good: sound.created_at })
  }
  return [...found, ...unsuccessful(component, lost, sound), ...aged(component, sound, facts)]
}

/** absent says that there is no backup of a component. */
function absent(component: ComponentName, begun: boolean, lost: Backup[]): Finding[] {
  const [last] = lost
  if (begun) return [{ code: 'firstRunning', level: 'warn', part: component }]
  if (!last) return [{ code: 'missing', level: 'bad', part: component }]
  return [{ code: 'missingFailed', level: 'bad', part: component, at: endOf(last), subject: last.id }]
}

/** unsuccessful speaks of attempts after the newest sound backup. */
function unsuccessful(component: ComponentName, lost: Backup[], sound: Backup): Finding[] {
  const [last] = lost
  if (!last) return []
  const common = { part: component, at: endOf(last), good: sound.created_at, subject: last.id }
  if (shrunkIn(last, component)) return [{ code: 'shrunk', level: 'bad', ...common }]
  if (lost.length > 1) return [{ code: 'failing', level: 'bad', count: lost.length, ...common }]
  return [{ code: last.status === 'partial' ? 'partial' : 'failed', level: 'warn', ...common }]
}

function aged(component: ComponentName, sound: Backup, facts: Facts): Finding[] {
  const age = facts.now - Date.parse(sound.created_at)
  const period = periodOf(component, facts.schedule)
  const limits = period === undefined ? standard[component] : limitsOf(period)
  if (age <= limits.warn) return []
  const level = age > limits.bad ? 'bad' : 'warn'
  return [{ code: period === undefined ? 'old' : 'overdue', level, part: component, at: sound.created_at, subject: sound.id }]
}

/** A run may begin late and last a while; a second one that is missed is bad. */
function limitsOf(period: number): { warn: number; bad: number } {
  const grace = Math.min(Math.max(period / 4, hour), 12 * hour)
  return { warn: period + grace, bad: 2 * period + grace }
}

/** Returns the longest time between two scheduled backups of a component, as far as a schedule says it. */
export function periodOf(component: ComponentName, schedule: ScheduleAnswer | undefined): number | undefined {
  const gaps = jobsOf(component, schedule).flatMap(({ next_runs: runs }) => {
    const times = runs.map((r) => Date.parse(r))
    const between = times.slice(1).map((time, i) => time - times[i]!)
    return between.length > 0 ? [Math.max(...between)] : []
  })
  return gaps.length > 0 ? Math.min(...gaps) : undefined
}

function jobsOf(component: ComponentName, schedule: ScheduleAnswer | undefined) {
  return (schedule?.items ?? []).filter((item) => item.enabled && (item.job === 'full' || item.job === component))
}

function unscheduled(component: ComponentName, { schedule }: Facts): Finding[] {
  if (!schedule || jobsOf(component, schedule).length > 0) return []
  return [{ code: 'scheduleOff', level: 'warn', part: component }]
}

function endOf(b: { created_at: string; finished_at?: string }): string {
  return b.finished_at ?? b.created_at
}

/** joined makes one finding of two that say the same of both components. */
function joined(findings: Finding[]): Finding[] {
  const result: Finding[] = []
  for (const finding of findings) {
    const twin = result.findIndex((f) => f.code === finding.code && f.level === finding.level)
    if (twin < 0) result.push(finding)
    else result[twin] = { ...older(result[twin]!, finding), part: 'both' }
  }
  return result
}

function older(a: Finding, b: Finding): Finding {
  return (b.good ?? b.at ?? '') < (a.good ?? a.at ?? '') ? b : a
}

// --- the whole ---

function ofWhole(facts: Facts): Finding[] {
  return [...ofRestores(facts), ...ofSchedule(facts), ...ofDamage(facts), ...ofVerifying(facts)]
}

function ofRestores(facts: Facts): Finding[] {
  const restores = facts.operations.filter((o) => o.verb === 'restore' && !o.restore?.dry_run)
  const active = restores.find((o) => o.status === 'running' || o.status === 'pending')
  const found: Finding[] = active ? [{ code: 'restoreRunning', level: 'warn', subject: active.id }] : []
  const ended = restores.filter((o) => o.finished_at !== undefined).map((o) => ({ ...o, finished_at: o.finished_at! }))
  const counted = facts.stats?.last_restore
  const [last] = [...ended, ...(counted ? [counted] : [])].sort((a, b) => (a.finished_at < b.finished_at ? 1 : -1))
  if (!last || facts.now - Date.parse(last.finished_at) > restoreMatters) return found
  const common = { at: last.finished_at, subject: last.id }
  if (last.status === 'failed') return [...found, { code: 'restoreFailed', level: 'bad', ...common }]
  if (last.status === 'partial') return [...found, { code: 'restorePartial', level: 'warn', ...common }]
  return found
}

function ofSchedule({ schedule }: Facts): Finding[] {
  if (!schedule) return []
  const found: Finding[] = []
  if (!schedule.scheduler_running && schedule.items.some((i) => i.enabled)) {
    found.push({ code: 'schedulerStopped', level: 'warn' })
  }
  const rotation = schedule.items.find((i) => i.job === 'rotation' && i.enabled)?.last_run
  if (rotation?.status === 'failed') {
    found.push({ code: 'rotationFailed', level: 'warn', at: rotation.finished_at ?? rotation.started_at, subject: rotation.id })
  }
  return found
}

/** ofDamage speaks of damaged backups, unless they are the newest: that was said. */
function ofDamage(facts: Facts): Finding[] {
  const newest = components.some((c) => {
    const { any, sound } = newestOf(c, facts)
    return any !== undefined && any.id !== sound?.id
  })
  const listed = (facts.backups ?? []).filter((b) => b.damaged)
  const count = Math.max(facts.complete ? 0 : (facts.stats?.damaged_backups ?? 0), listed.length)
  if (newest || count === 0) return []
  const [first] = listed
  return [{ code: 'olderDamaged', level: 'warn', count, ...(first && { subject: first.id }) }]
}

/** When a backup was last read back, as far as anything says it. */
export function lastVerified({ backups, stats }: Pick<Facts, 'backups' | 'stats'>): { at: string; id?: string } | undefined {
  const found = (backups ?? []).flatMap((b) => (b.verified_at ? [{ at: b.verified_at, id: b.id }] : []))
  if (stats?.last_verified_at) {
    found.push({ at: stats.last_verified_at, id: stats.last_verified_backup ?? '' })
  }
  return found.sort((a, b) => (a.at < b.at ? 1 : -1))[0]
}

function ofVerifying(facts: Facts): Finding[] {
  if (!components.some((c) => newestOf(c, facts).any)) return []
  const last = lastVerified(facts)
  if (!last) {
    // A server that counts no damage tells nothing about verifying either.
    const told = facts.complete || facts.stats?.damaged_backups !== undefined
    return told ? [{ code: 'neverVerified', level: 'warn' }] : []
  }
  if (facts.now - Date.parse(last.at) <= verifyEvery) return []
  return [{ code: 'verifiedLongAgo', level: 'warn', at: last.at, ...(last.id && { subject: last.id }) }]
}

// --- order ---

function inOrder(findings: Finding[]): Finding[] {
  const rank = (f: Finding) => (f.level === 'bad' ? 0 : 100) + (order as readonly string[]).indexOf(f.code)
  return findings.sort((a, b) => rank(a) - rank(b))
}

import { describe, expect, it } from 'vitest'

import type { Backup, ComponentName, Kind, Operation, ScheduleAnswer, Stats, Status } from '../../api'
import { language } from '../../i18n'

import { freshFor, judge, lastVerified, order, periodOf, restoreMatters, standard, verifyEvery, type Facts, type Finding } from './health'
import { sentence } from './sentence'

const now = Date.parse('2026-11-28T12:00:00Z')
const hour = 3_600_000
const day = 24 * hour
const at = (age: number) => new Date(now - age).toISOString()

interface Look {
  kind?: Kind
  status?: Status
  without?: ComponentName
  damaged?: boolean
  shrunk?: ComponentName[]
  accepted?: boolean
  reason?: Backup['reason']
  verified?: number
}

/** A backup of some age. Ids sort by time. */
function backup(age: number, look: Look = {}): Backup {
  const { kind = 'full', status = 'completed', without, reason = 'manual' } = look
  const stamp = at(age).replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const has = (c: ComponentName) => (kind === 'full' || kind === c) && without !== c && status !== 'failed'
  return {
    id: `${stamp}-${kind}-${String(age % 1000)}`, type: kind, status, created_at: at(age), reason,
    ...(status !== 'running' && status !== 'pending' && { finished_at: at(age - 60_000) }),
    db_success: has('database'), storage_success: has('storage'), ...(look.damaged && { damaged: true }),
    shrunk: look.shrunk ?? [], accepted: look.accepted ?? false,
    ...(look.verified !== undefined && { verified_at: at(look.verified) }),
  } as Backup
}

const sound = () => backup(3 * hour, { verified: hour })

function restore(age: number, status: Status, dry = false): Operation {
  const ended = status !== 'running' && status !== 'pending'
  return {
    id: `restore-${age}`, verb: 'restore', status, created_at: at(age), ...(ended && { finished_at: at(age) }),
    restore: { dry_run: dry },
  } as Operation
}

function item(job: string, enabled = true, gap = day, more: object = {}) {
  return { job, enabled, next_runs: [1, 2, 3, 4, 5].map((n) => at(-n * gap)), ...more }
}

function schedule(items = [item('database'), item('full', true, 7 * day), item('rotation')], runs = true): ScheduleAnswer {
  return { scheduler_running: runs, items } as unknown as ScheduleAnswer
}

const stats = (more: Partial<Stats> = {}): Stats => ({ newest: {}, damaged_backups: 0, ...more }) as Stats

function facts(backups: Backup[] | undefined, more: Partial<Facts> = {}): Facts {
  return {
    now, backups, complete: true, operations: [], stats: stats(), schedule: schedule(), heard: now - 2000,
    silent: false, failed: false, reading: false, ...more,
  }
}

/** What is said, in short: code, part and level. */
function said(f: Facts): string[] {
  return judge(f).findings.map((x) => [x.code, x.part, x.level].filter(Boolean).join(' '))
}

describe('when a backup holds much less than the one before', () => {
  const shrunk = (age: number, parts: ComponentName[]) => backup(age, { status: 'partial', shrunk: parts })

  it('says so at once, and that the good one is kept', () => {
    expect(said(facts([shrunk(hour, ['storage']), sound()]))).toEqual(['shrunk storage bad'])
    expect(said(facts([shrunk(hour, ['database', 'storage']), shrunk(2 * hour, ['database', 'storage']), sound()]))).toEqual(['shrunk both bad'])
  })

  it('what has not shrunk in it is good', () => {
    expect(said(facts([shrunk(hour, ['storage']), backup(day * 1.2, { verified: hour })])).filter((s) => s.includes('database'))).toEqual([])
  })

  it('is content once somebody has accepted it', () => {
    expect(said(facts([backup(hour, { shrunk: ['storage'], accepted: true, verified: hour }), sound()]))).toEqual(['well good'])
  })

  it('says it in words', () => {
    const [finding] = judge(facts([shrunk(hour, ['storage']), sound()])).findings
    expect(sentence(finding)).toContain('Most of the media are missing')
  })
})

describe('when nothing is wrong', () => {
  it('all is well', () => {
    expect(judge(facts([sound()]))).toEqual({ level: 'good', findings: [{ code: 'well', level: 'good' }] })
  })

  it('two backups of one component each cover both', () => {
    const both = [backup(2 * hour, { kind: 'storage', verified: hour }), backup(3 * hour, { kind: 'database' })]
    expect(said(facts(both))).toEqual(['well good'])
  })

  it('a full backup covers both, also when newer ones hold one only', () => {
    expect(said(facts([backup(hour, { kind: 'database' }), sound()]))).toEqual(['well good'])
  })

  it.each<[string, Backup]>([
    ['is running', backup(1000, { status: 'running' })],
    ['waits', backup(1000, { status: 'pending' })],
    ['was cancelled', backup(hour, { status: 'cancelled' })],
    ['is being deleted', backup(hour, { status: 'deleting' })],
    ['is a safety backup that failed', backup(hour, { status: 'failed', reason: 'pre-restore' })],
  ])('a newer one that %s changes nothing', (_, newer) => {
    expect(said(facts([newer, sound()]))).toEqual(['well good'])
  })

  it('failures before the newest good backup are past', () => {
    const past = [backup(5 * hour, { status: 'failed' }), backup(6 * hour, { status: 'partial', without: 'storage' })]
    expect(said(facts([sound(), ...past]))).toEqual(['well good'])
  })
})

describe('when too little is known', () => {
  it.each<[string, string, Partial<Facts>]>([
    ['nothing was read yet', 'loading unknown', {}],
    ['nothing could be read', 'unread unknown', { failed: true }],
    ['nobody answers', 'unread unknown', { silent: true }],
  ])('%s', (_, want, more) => {
    expect(said(facts(undefined, { stats: undefined, heard: undefined, ...more }))).toEqual([want])
  })

  it('the newest page alone does not prove that there is no backup', () => {
    const page = [backup(hour, { status: 'failed' })]
    expect(said(facts(page, { stats: undefined, complete: false }))).toEqual(['loading unknown'])
    expect(said(facts(page, { stats: undefined, complete: false, failed: true }))).toEqual(['unread unknown'])
  })

  it('while something is still being read only what is bad is said', () => {
    const reading = { reading: true, schedule: undefined }
    expect(said(facts([sound()], reading))).toEqual(['loading unknown'])
    expect(said(facts([backup(3 * hour)], reading))).toEqual(['loading unknown'])
    expect(said(facts([], reading))).toEqual(['missing both bad'])
  })

  it('the newest page alone proves what is wrong, but not that all is well, unless there are no others', () => {
    const only = { stats: undefined, complete: false }
    expect(said(facts([backup(3 * day, { kind: 'database' }), backup(3 * hour, { kind: 'storage' })], only))).toEqual(['overdue database bad'])
    expect(said(facts([sound()], only))).toEqual(['loading unknown'])
    expect(said(facts([sound()], { ...only, failed: true }))).toEqual(['unread unknown'])
    expect(said(facts([sound()], { stats: undefined }))).toEqual(['well good'])
    expect(said(facts([], { stats: undefined }))).toEqual(['missing both bad'])
  })

  it('the numbers alone are not enough: what is newest may be newer', () => {
    expect(said(facts(undefined, { stats: stats({ newest: { full: sound() } }) }))).toEqual(['loading unknown'])
  })

  it.each<[string, Partial<Facts>]>([
    ['the connection is lost', { silent: true }],
    ['the last answer is old', { heard: now - freshFor - 1 }],
  ])('nothing is well when %s', (_, more) => {
    const verdict = judge(facts([sound()], more))
    expect(verdict.level).toBe('unknown')
    expect(verdict.findings.map((f) => f.code)).toEqual(['stale'])
    expect(verdict.findings[0].at).toBe(new Date(more.heard ?? now - 2000).toISOString())
  })

  it('what was wrong then is said beside it', () => {
    expect(said(facts([], { silent: true }))).toEqual(['stale unknown', 'missing both bad'])
  })

  it('an answer of a minute ago is fresh', () => {
    expect(said(facts([sound()], { heard: now - freshFor }))).toEqual(['well good'])
  })
})

describe('when there is no good backup', () => {
  it.each<[string, Backup[], string]>([
    ['of anything', [], 'missing both bad'],
    ['and the first is running', [backup(1000, { status: 'running' })], 'firstRunning both warn'],
    ['and the first waits', [backup(1000, { status: 'pending' })], 'firstRunning both warn'],
    ['and the first failed', [backup(hour, { status: 'failed' })], 'missingFailed both bad'],
    ['and a second attempt runs', [backup(1000, { status: 'running' }), backup(hour, { status: 'failed' })], 'firstRunning both warn'],
    ['and the first was cancelled', [backup(hour, { status: 'cancelled' })], 'missing both bad'],
    ['but one that was taken before a restore', [backup(hour, { reason: 'pre-restore' })], 'missing both bad'],
    ['but one that is going away', [backup(hour, { status: 'deleting' })], 'missing both bad'],
    ['but a partial one that lacks everything', [backup(hour, { status: 'partial', kind: 'database', without: 'database' }), backup(hour, { status: 'failed', kind: 'storage' })], 'missingFailed both bad'],
  ])('%s', (_, backups, want) => {
    expect(said(facts(backups))).toEqual([want])
  })

  it.each<[string, Backup[], string[]]>([
    ['of the media', [backup(hour, { kind: 'database', verified: hour })], ['missing storage bad']],
    ['of the database', [backup(hour, { kind: 'storage', verified: hour })], ['missing database bad']],
    ['of the media, the first full one is running',
      [backup(1000, { status: 'running' }), backup(hour, { kind: 'database', verified: hour })], ['firstRunning storage warn']],
    ['of the media, the full one failed',
      [backup(hour, { status: 'failed' }), backup(2 * hour, { kind: 'database', verified: hour })],
      ['missingFailed storage bad', 'failed database warn']],
    ['of the media, the full one lacks them',
      [backup(hour, { status: 'partial', without: 'storage' }), backup(2 * hour, { kind: 'database', verified: hour })],
      ['missingFailed storage bad']],
  ])('%s', (_, backups, want) => {
    expect(said(facts(backups))).toEqual(want)
  })

  it('a running one of the other kind is no comfort', () => {
    const backups = [backup(1000, { status: 'running', kind: 'database' })]
    expect(said(facts(backups))).toEqual(['missing storage bad', 'firstRunning database warn'])
  })
})

describe('when the newest attempts did not succeed', () => {
  it.each<[string, Backup[], string[]]>([
    ['one failure', [backup(hour, { status: 'failed' })], ['failed both warn']],
    ['one failure of one component', [backup(hour, { status: 'failed', kind: 'database' })], ['failed database warn']],
    ['two in a row', [backup(hour, { status: 'failed' }), backup(2 * hour, { status: 'failed' })], ['failing both bad']],
    ['one of each kind', [backup(hour, { status: 'failed', kind: 'storage' }), backup(2 * hour, { status: 'failed' })],
      ['failing storage bad', 'failed database warn']],
    ['one that lacks the media', [backup(hour, { status: 'partial', without: 'storage' })], ['partial storage warn']],
    ['one that lacks the database', [backup(hour, { status: 'partial', without: 'database' })], ['partial database warn']],
    ['one that lacks files of both', [backup(hour, { status: 'partial', without: 'database' }), backup(2 * hour, { status: 'partial', without: 'storage' })],
      ['partial database warn']],
    ['a failure after one that was cancelled', [backup(hour, { status: 'cancelled' }), backup(2 * hour, { status: 'failed' })], ['failed both warn']],
  ])('%s', (_, newer, want) => {
    expect(said(facts([...newer, sound()]))).toEqual(want)
  })

  it('a failure that only the numbers know of counts', () => {
    const page = [backup(hour, { kind: 'database', verified: hour })]
    const counted = stats({ newest: { storage: backup(5 * day, { kind: 'storage' }) }, last_failure: backup(4 * day, { kind: 'storage', status: 'failed' }) })
    expect(said(facts(page, { complete: false, stats: counted }))).toEqual(['failed storage warn'])
  })

  it('says when it failed and from when the last good one is', () => {
    const [first] = judge(facts([backup(hour, { status: 'failed' }), sound()])).findings
    expect(first).toMatchObject({ at: at(hour - 60_000), good: at(3 * hour) })
  })
})

describe('when backups are old', () => {
  const aged = (age: number, more: Partial<Facts> = {}) => said(facts([backup(age, { verified: hour })], more))

  it.each<[string, number, string[]]>([
    ['in time', day + 5 * hour, ['well good']],
    ['late by more than a quarter', day + 7 * hour, ['overdue database warn']],
    ['missed twice', 2 * day + 7 * hour, ['overdue database bad']],
  ])('by a daily schedule: %s', (_, age, want) => {
    expect(aged(age)).toEqual(want)
  })

  it('the media by theirs', () => {
    const page = [backup(hour, { kind: 'database', verified: hour })]
    const aged = (age: number) => said(facts([...page, backup(age, { kind: 'storage' })]))
    expect(aged(7 * day + 11 * hour)).toEqual(['well good'])
    expect(aged(7 * day + 13 * hour)).toEqual(['overdue storage warn'])
    expect(aged(14 * day + 13 * hour)).toEqual(['overdue storage bad'])
  })

  it('both at once are one sentence', () => {
    expect(aged(20 * day)).toEqual(['overdue both bad'])
  })

  it('an hourly schedule has an hour of patience', () => {
    const hourly = schedule([item('full', true, hour)])
    expect(aged(1.9 * hour, { schedule: hourly })).toEqual(['well good'])
    expect(aged(2.1 * hour, { schedule: hourly })).toEqual(['overdue both warn'])
  })

  it('a schedule for weekdays has patience over the weekend', () => {
    const runs = [at(-day), at(-2 * day), at(-5 * day), at(-6 * day)]
    expect(periodOf('database', schedule([item('database', true, day, { next_runs: runs })]))).toBe(3 * day)
  })

  it.each<[string, ScheduleAnswer | undefined, string[]]>([
    ['is not known', undefined, []],
    ['is off', schedule([item('full', false)]), ['scheduleOff both warn']],
    ['says no times', schedule([item('full', true, day, { next_runs: [] })]), []],
  ])('by common sense when the schedule %s', (_, plan, more) => {
    const ends = (want: string[]) => (want.length + more.length === 0 ? ['well good'] : [...want, ...more])
    expect(aged(standard.database.warn - hour, { schedule: plan })).toEqual(ends([]))
    expect(aged(standard.database.warn + hour, { schedule: plan })).toEqual(ends(['old database warn']))
    expect(aged(standard.storage.warn + hour, { schedule: plan })).toEqual(['old database bad', 'old storage warn', ...more])
    expect(aged(standard.storage.bad + hour, { schedule: plan })).toEqual(['old both bad', ...more])
  })

  it('a failure and a missed time are both said', () => {
    const backups = [backup(hour, { status: 'failed', kind: 'database' }), backup(2 * day, { verified: hour })]
    expect(said(facts(backups))).toEqual(['overdue database warn', 'failed database warn'])
  })
})

describe('when backups are damaged', () => {
  it.each<[string, Backup[], string[]]>([
    ['the only one', [backup(hour, { damaged: true, verified: hour })], ['onlyDamaged both bad']],
    ['the newest', [backup(hour, { damaged: true }), sound()], ['damagedNewest both bad']],
    ['the newest of the database', [backup(hour, { kind: 'database', damaged: true }), sound()], ['damagedNewest database bad']],
    ['the only one of the media',
      [backup(hour, { kind: 'storage', damaged: true }), backup(2 * hour, { kind: 'database', verified: hour })], ['onlyDamaged storage bad']],
    ['an older one', [sound(), backup(9 * hour, { damaged: true })], ['olderDamaged warn']],
    ['a partial one', [sound(), backup(9 * hour, { damaged: true, status: 'partial' })], ['olderDamaged warn']],
  ])('%s', (_, backups, want) => {
    expect(said(facts(backups))).toEqual(want)
  })

  it('older ones that only the numbers know of count', () => {
    const verdict = judge(facts([sound()], { complete: false, stats: stats({ damaged_backups: 3 }) }))
    expect(verdict.findings).toEqual([{ code: 'olderDamaged', level: 'warn', count: 3 }])
  })

  it('numbers from before the last of them was deleted do not', () => {
    expect(said(facts([sound()], { stats: stats({ damaged_backups: 1 }) }))).toEqual(['well good'])
  })
})

describe('when it is about checking', () => {
  const page = [backup(3 * hour)]
  it.each<[string, Partial<Facts>, string[]]>([
    ['never, and the list is whole', {}, ['neverVerified warn']],
    ['never, by the numbers', { complete: false }, ['neverVerified warn']],
    ['lately', { stats: stats({ last_verified_at: at(day) }) }, ['well good']],
    ['just in time', { stats: stats({ last_verified_at: at(verifyEvery) }) }, ['well good']],
    ['long ago', { stats: stats({ last_verified_at: at(verifyEvery + hour) }) }, ['verifiedLongAgo warn']],
    ['nobody says', { complete: false, stats: { newest: {} } as Stats }, ['well good']],
  ])('%s', (_, more, want) => {
    expect(said(facts(page, more))).toEqual(want)
  })

  it('the later of list and numbers counts', () => {
    const known = { backups: [backup(3 * hour, { verified: hour })], stats: stats({ last_verified_at: at(40 * day) }) }
    expect(lastVerified(known)?.at).toBe(at(hour))
  })

  it('is not asked for while there is nothing to check', () => {
    expect(said(facts([]))).toEqual(['missing both bad'])
  })
})

describe('when it is about restoring', () => {
  it.each<[string, Partial<Facts>, string[]]>([
    ['one is running', { operations: [restore(1000, 'running')] }, ['restoreRunning warn']],
    ['one waits', { operations: [restore(1000, 'pending')] }, ['restoreRunning warn']],
    ['a trial is running', { operations: [restore(1000, 'running', true)] }, ['well good']],
    ['the last failed', { operations: [restore(hour, 'failed')] }, ['restoreFailed bad']],
    ['the last failed and one is running', { operations: [restore(1000, 'running'), restore(hour, 'failed')] }, ['restoreFailed bad', 'restoreRunning warn']],
    ['the last lacks something', { operations: [restore(hour, 'partial')] }, ['restorePartial warn']],
    ['the last was cancelled', { operations: [restore(hour, 'cancelled')] }, ['well good']],
    ['the last went well after one that failed', { operations: [restore(hour, 'completed'), restore(2 * hour, 'failed')] }, ['well good']],
    ['a trial failed', { operations: [restore(hour, 'failed', true)] }, ['well good']],
    ['it failed long ago', { operations: [restore(restoreMatters + hour, 'failed')] }, ['well good']],
    ['only the numbers know of it',
      { stats: stats({ last_restore: { id: 'x', status: 'failed', finished_at: at(day), backup_id: 'b' } }) }, ['restoreFailed bad']],
    ['the numbers are older than the list',
      { operations: [restore(hour, 'completed')], stats: stats({ last_restore: { id: 'x', status: 'failed', finished_at: at(day), backup_id: 'b' } }) },
      ['well good']],
  ])('%s', (_, more, want) => {
    expect(said(facts([sound()], more))).toEqual(want)
  })
})

describe('when it is about the schedule', () => {
  it.each<[string, ScheduleAnswer | undefined, string[]]>([
    ['nobody says', undefined, ['well good']],
    ['a full one covers both', schedule([item('full')]), ['well good']],
    ['two cover one each', schedule([item('database'), item('storage')]), ['well good']],
    ['all are off', schedule([item('database', false), item('full', false)]), ['scheduleOff both warn']],
    ['there are none', schedule([]), ['scheduleOff both warn']],
    ['only the database has one', schedule([item('database')]), ['scheduleOff storage warn']],
    ['only the media have one', schedule([item('storage')]), ['scheduleOff database warn']],
    ['only the clean-up is on', schedule([item('rotation')]), ['scheduleOff both warn']],
    ['it does not run', schedule(undefined, false), ['schedulerStopped warn']],
    ['it does not run and has nothing to do', schedule([item('full', false)], false), ['scheduleOff both warn']],
    ['the clean-up failed', schedule([item('full'), item('rotation', true, day, { last_run: { id: 'r', status: 'failed', started_at: at(day) } })]), ['rotationFailed warn']],
    ['the clean-up went well', schedule([item('full'), item('rotation', true, day, { last_run: { id: 'r', status: 'completed', started_at: at(day) } })]), ['well good']],
    ['the clean-up failed and is off', schedule([item('full'), item('rotation', false, day, { last_run: { id: 'r', status: 'failed', started_at: at(day) } })]), ['well good']],
  ])('%s', (_, plan, want) => {
    expect(said(facts([sound()], { schedule: plan }))).toEqual(want)
  })
})

describe('when the numbers and the list disagree', () => {
  const page = [backup(hour, { kind: 'database', verified: hour }), backup(2 * hour, { kind: 'database' })]

  it('what is older than the list is taken from the numbers', () => {
    const media = backup(2 * day, { kind: 'storage' })
    for (const known of [stats({ newest_component: { storage: media } }), stats({ newest: { storage: media } }), stats({ latest_backup: media })]) {
      expect(said(facts(page, { complete: false, stats: known }))).toEqual(['well good'])
    }
  })

  it('what the list should have and has not was deleted', () => {
    const gone = stats({ newest_component: { storage: backup(1.5 * hour, { kind: 'storage' }) } })
    expect(said(facts(page, { complete: false, stats: gone }))).toEqual(['missing storage bad'])
  })

  it('nothing is older than a list that is whole', () => {
    const gone = stats({ newest_component: { storage: backup(2 * day, { kind: 'storage' }) } })
    expect(said(facts(page, { stats: gone }))).toEqual(['missing storage bad'])
  })

  it('the list is right about what both have', () => {
    const before = { ...sound(), damaged: true }
    expect(said(facts([sound()], { stats: stats({ latest_backup: before, newest: { full: before } }) }))).toEqual(['well good'])
  })

  it('a server that counts little is understood', () => {
    expect(said(facts([sound()], { stats: {} as Stats, schedule: undefined }))).toEqual(['well good'])
  })
})

/** Every combination of these, which is every state that the findings are made of. */
const histories: Record<string, (kind: Kind) => Backup[]> = {
  none: () => [],
  running: (kind) => [backup(1000, { kind, status: 'running' })],
  failed: (kind) => [backup(hour, { kind, status: 'failed' })],
  good: (kind) => [backup(3 * hour, { kind, verified: hour })],
  unverified: (kind) => [backup(3 * hour, { kind })],
  damaged: (kind) => [backup(3 * hour, { kind, damaged: true })],
  damagedNewest: (kind) => [backup(hour, { kind, damaged: true }), backup(3 * hour, { kind, verified: hour })],
  failedNewest: (kind) => [backup(hour, { kind, status: 'failed' }), backup(3 * hour, { kind, verified: hour })],
  failing: (kind) => [backup(hour, { kind, status: 'failed' }), backup(2 * hour, { kind, status: 'failed' }), backup(3 * hour, { kind })],
  partial: (kind) => [backup(hour, { kind, status: 'partial', without: kind as ComponentName }), backup(3 * hour, { kind })],
  late: (kind) => [backup(9 * day, { kind, verified: hour })],
  old: (kind) => [backup(60 * day, { kind, verified: 50 * day })],
  runningAgain: (kind) => [backup(1000, { kind, status: 'running' }), backup(3 * hour, { kind, verified: hour })],
}
const schedules = [undefined, schedule(), schedule([]), schedule([item('database')]), schedule(undefined, false)]
const restores = [[], [restore(hour, 'failed')], [restore(hour, 'completed')], [restore(1000, 'running')], [restore(hour, 'partial')]]
const counts = [stats(), undefined, {} as Stats]
const hearings: Partial<Facts>[] = [{}, { silent: true }, { heard: now - day }, { failed: true }]

function* everything(): Generator<Facts> {
  for (const database of Object.values(histories)) {
    for (const storage of Object.values(histories)) {
      const backups = [...database('database'), ...storage('storage')].sort((a, b) => (a.id < b.id ? 1 : -1))
      for (const plan of schedules) {
        for (const operations of restores) {
          for (const known of counts) {
            for (const heard of hearings) yield facts(backups, { schedule: plan, operations, stats: known, ...heard })
          }
        }
      }
    }
  }
}

describe('every combination', () => {
  // One expectation for all: there are fifty thousand.
  const all = [...everything()].map((f) => ({ f, verdict: judge(f) }))
  const worst = (levels: string[]) => ['unknown', 'bad', 'warn', 'good'].find((l) => levels.includes(l))

  it('has one sentence, and its colour is the worst of all that is said', () => {
    const wrong = all.filter(({ verdict: { level, findings } }) => findings[0].level !== level || worst(findings.map((x) => x.level)) !== level)
    expect(wrong).toEqual([])
  })

  it('is well only if both components have a fresh sound backup and the server answers', () => {
    const fine = (f: Facts, c: ComponentName) =>
      f.backups!.some((b) => b.status === 'completed' && b.type === c && !b.damaged && now - Date.parse(b.created_at) < 10 * day)
    const well = all.filter(({ verdict }) => verdict.level === 'good')
    expect(well.length).toBeGreaterThan(0)
    expect(well.filter(({ f }) => f.silent || !fine(f, 'database') || !fine(f, 'storage'))).toEqual([])
  })

  it('says nothing twice and each sentence in both languages', () => {
    const seen = new Map<string, Finding>()
    for (const { verdict } of all) {
      const keys = verdict.findings.map((x) => `${x.code} ${x.part ?? ''}`)
      if (new Set(keys).size !== keys.length) expect(keys).toEqual([...new Set(keys)])
      keys.forEach((key, i) => seen.set(key, verdict.findings[i]!))
    }
    for (const l of ['en', 'ru'] as const) {
      language.value = l
      for (const [key, finding] of seen) expect(sentence(finding), key).not.toMatch(/[{}]|undefined|overview\./)
    }
    language.value = 'en'
    const elsewhere = ['shrunk', 'olderDamaged', 'rotationFailed', 'verifiedLongAgo']
    const codes = [...seen.values()].map((f) => f.code)
    expect([...order, 'well', 'stale'].filter((c) => !codes.includes(c as Finding['code']) && !elsewhere.includes(c))).toEqual([])
  })
})

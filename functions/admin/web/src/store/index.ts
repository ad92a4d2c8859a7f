import { computed, effect, signal } from '@preact/signals'

import { ApiError, read, type Backup, type ListAnswer, type Me, type Operation, type OperationsAnswer } from '../api'

import { sessionEnded } from './connection'
import { Resource } from './resource'

export { connection, reachable, sessionEnded } from './connection'
export { moment, second } from './clock'
export { Resource, useResource, type State } from './resource'

const fast = 1500
const slow = 5000

/** A backup or an operation that is under way. */
export type Running = { record: 'backup'; value: Backup } | { record: 'operation'; value: Operation }

/** Whether a status is not the last one. */
export function unfinished(status: string): boolean {
  return status === 'pending' || status === 'running' || status === 'deleting'
}

/** Whether work goes on for a record. */
export function isActive(status: string): boolean {
  return status === 'pending' || status === 'running'
}

/** The newest backups: those that run are among them. */
export const newestBackups = new Resource<ListAnswer>(
  (s) => read.list({ limit: 50 }, { signal: s, retries: 0 }),
  { interval: () => pace() },
)

/** The newest operations. */
export const newestOperations = new Resource<OperationsAnswer>(
  (s) => read.operations({ limit: 30 }, { signal: s, retries: 0 }),
  { interval: () => pace() },
)

/** Counts and sizes. */
export const stats = new Resource((s) => read.stats({ signal: s, retries: 0 }), { interval: () => 30_000 })

/** The four jobs. */
export const schedule = new Resource(
  (s) => read.schedule({ signal: s, retries: 0 }),
  { interval: () => 30_000 },
)

/** Who is signed in; data is null when nobody is. */
export const me = new Resource<Me | null>(
  (s) =>
    read.me({ signal: s, retries: 0 }).catch((error: unknown) => {
      if (error instanceof ApiError && error.signedOut) return null
      throw error
    }),
  { interval: (who) => (who ? 60_000 : 15_000) },
)

/** All that is under way, the newest first. */
export const running = computed<Running[]>(() => {
  const backups = newestBackups.state.value.data?.backups ?? []
  const operations = newestOperations.state.value.data?.operations ?? []
  const all: Running[] = [
    ...operations.filter((o) => isActive(o.status)).map((value) => ({ record: 'operation' as const, value })),
    ...backups.filter((b) => isActive(b.status)).map((value) => ({ record: 'backup' as const, value })),
  ]
  return all.sort((a, b) => b.value.created_at.localeCompare(a.value.created_at))
})

/** Who was signed in last, also when the session has ended since. */
export const knownUser = signal<Me | undefined>(undefined)

/** Whether the user may change things. */
export const isAdmin = computed(() => knownUser.value?.role === 'backup-admins')

/** Until when something may begin that was asked for here. */
let expectUntil = 0

/** How soon the newest records are read again. */
export function pace(): number {
  return running.peek().length > 0 || Date.now() < expectUntil ? fast : slow
}

/** Grows with every change made here: what was read before may be outdated. */
export const revision = signal(0)

/** Looks again, everywhere, after a change was made here; and more often for a while. */
export function changed(): void {
  expectUntil = Date.now() + 15_000
  revision.value++
  for (const resource of [newestBackups, newestOperations, stats, schedule]) resource.refresh()
}

/** What the numbers depend on: they are read again when it changes. */
const signature = computed(() => {
  const backups = newestBackups.state.value.data?.backups ?? []
  const operations = newestOperations.state.value.data?.operations ?? []
  return [...backups, ...operations].map((r) => `${r.id} ${r.status}`).join('\n')
})

/** Starts watching what every view needs. */
export function startStore(): void {
  me.watch()
  let before = ''
  effect(() => {
    const now = signature.value
    if (before !== '' && now !== before && !sessionEnded.peek()) {
      stats.refresh()
      schedule.refresh()
    }
    before = now
  })
  effect(() => {
    const { data, loading, error } = me.state.value
    if (!data || loading || error) return // what is known is from before
    knownUser.value = data
    if (!sessionEnded.peek()) return
    sessionEnded.value = false
    changed()
  })
  effect(() => {
    if (sessionEnded.value) me.refresh()
  })
}

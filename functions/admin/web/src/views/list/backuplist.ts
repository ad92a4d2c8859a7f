import { effect, signal } from '@preact/signals'

import { ApiError, read, type ListAnswer, type ListQuery } from '../../api'
import { newestBackups, pace, Resource, revision, sessionEnded } from '../../store'

import { keyOf, listQuery, narrows, type Filter } from './filter'
import { hasGap, merge, noRows, type Rows } from './rows'
import type { Window } from '../../ui/window'

const newestLimit = 50
const olderLimit = 300
const largestPage = 1000
const windowInterval = 5000

/**
 * The backups that a filter leaves, as far as they were scrolled to. The newest page is
 * read again and again, and so are older rows while they are in sight.
 */
export class BackupList {
  readonly key: string
  readonly newest: Resource<ListAnswer>
  readonly rows = signal<Rows>(noRows)
  readonly loadingOlder = signal(false)
  readonly olderError = signal<ApiError | undefined>(undefined)
  /** What is in sight; the table says it. */
  window: Window = { start: 0, end: 0 }
  private seen: ListAnswer | undefined

  constructor(private readonly filter: Filter) {
    this.key = keyOf(filter)
    this.newest = narrows(filter)
      ? new Resource((s) => read.list(this.query({ limit: newestLimit }), { signal: s, retries: 0 }), { interval: () => pace() })
      : newestBackups
  }

  /** Starts reading; the function that it returns ends it. */
  start(): () => void {
    const ends = [this.newest.watch(), effect(() => this.take(this.newest.state.value.data)), this.followChanges()]
    const timer = setInterval(() => void this.refreshWindow(), windowInterval)
    return () => {
      clearInterval(timer)
      for (const end of ends) end()
    }
  }

  /** Reads the next older page, unless it is being read or there is none. */
  async more(): Promise<void> {
    const last = this.rows.peek().rows.at(-1)?.id
    if (last === undefined || this.rows.peek().complete || this.loadingOlder.peek()) return
    this.loadingOlder.value = true
    this.olderError.value = undefined
    try {
      const page = await read.list(this.query({ limit: olderLimit, cursor: last }))
      this.rows.value = merge(this.rows.peek(), page, last)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.olderError.value = error
    } finally {
      this.loadingOlder.value = false
    }
  }

  private query(page: ListQuery): ListQuery {
    return { ...listQuery(this.filter, Date.now()), ...page }
  }

  private take(page: ListAnswer | undefined): void {
    if (!page || page === this.seen) return
    this.seen = page
    const known = this.rows.peek()
    this.rows.value = merge(hasGap(known, page) ? noRows : known, page)
  }

  private followChanges(): () => void {
    let before = revision.peek()
    return effect(() => {
      const now = revision.value
      if (now === before) return
      before = now
      if (this.newest !== newestBackups) this.newest.refresh()
      void this.refreshWindow()
    })
  }

  /** refreshWindow reads what is in sight again, if the newest page does not have it. */
  private async refreshWindow(): Promise<void> {
    const { start, end } = this.window
    if (end <= newestLimit || document.hidden || sessionEnded.peek()) return
    const after = this.rows.peek().rows[Math.max(start, 1) - 1]?.id
    if (after === undefined) return
    const limit = Math.min(largestPage, end - start + 1)
    try {
      const page = await read.list(this.query({ limit, cursor: after }), { retries: 0 })
      this.rows.value = merge(this.rows.peek(), page, after)
    } catch (error) {
      // The newest page tells that the server does not answer.
      if (!(error instanceof ApiError)) throw error
    }
  }
}

let kept: BackupList | undefined

/** Returns the list of a filter: the last one again, with all that it had, if that is the same. */
export function listOf(filter: Filter): BackupList {
  if (kept?.key !== keyOf(filter)) kept = new BackupList(filter)
  return kept
}

import { signal } from '@preact/signals'

import { ApiError, read, type Entry } from '../../api'

import { keyOf, queryOf, type Exact } from './paths'

/** What of a folder is read so far. */
export interface Found {
  entries: readonly Entry[]
  /** Of the next page; undefined when there is none. */
  cursor: string | undefined
  /** Whether a page was read at all. */
  begun: boolean
  /** Whether the first page had everything. */
  small: boolean
}

const nothing: Found = { entries: [], cursor: undefined, begun: false, small: false }

// The first page is what is waited for, the others come while somebody reads.
const firstPage = 200
const nextPages = 1000

/** A folder of a backup, or what is below it and matches a search, read page by page. */
export class Listing {
  readonly found = signal<Found>(nothing)
  readonly loading = signal(false)
  readonly error = signal<ApiError | undefined>(undefined)
  private readonly keys = new Set<string>()
  private stopped = new AbortController()

  constructor(
    private readonly backup: string,
    private readonly place: Exact,
    private readonly q: string,
  ) {}

  /** Reads the next page, unless there is none or one is being read. */
  async more(): Promise<void> {
    const { begun, cursor } = this.found.peek()
    if (this.loading.peek() || (begun && cursor === undefined)) return
    this.loading.value = true
    this.error.value = undefined
    const { signal } = this.stopped
    try {
      const query = {
        ...queryOf(this.place, 'prefix'), q: this.q, limit: begun ? nextPages : firstPage, ...(cursor !== undefined && { cursor }),
      }
      const page = await read.files(this.backup, query, { signal })
      const news = page.entries.filter((entry) => this.isNew(entry))
      this.found.value = {
        entries: [...this.found.peek().entries, ...news], cursor: page.cursor, begun: true,
        small: begun ? this.found.peek().small : page.cursor === undefined,
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!signal.aborted) this.error.value = error
    } finally {
      this.loading.value = false
    }
  }

  /** Reads all pages that are left. */
  async all(): Promise<void> {
    const { signal } = this.stopped
    while (!signal.aborted && !this.error.peek() && !(this.found.peek().begun && this.found.peek().cursor === undefined)) {
      if (this.loading.peek()) await this.settled()
      else await this.more()
    }
  }

  /** Gives up what is being read: nobody looks any more. */
  stop(): void {
    this.stopped.abort()
    this.stopped = new AbortController()
  }

  private isNew(entry: Entry): boolean {
    const key = keyOf(entry)
    if (this.keys.has(key)) return false
    this.keys.add(key)
    return true
  }

  private settled(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.loading.subscribe((loading) => {
        if (loading) return
        resolve()
        queueMicrotask(() => end())
      })
    })
  }
}

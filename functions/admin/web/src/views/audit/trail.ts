import { signal } from '@preact/signals'

import { ApiError, read, type AuditEntry } from '../../api'
import { Resource } from '../../store'

import { emptyTrail, withNewest, withOlder, type Trail } from './entries'

const pageSize = 100

/** More are not exported at once. */
export const mostExported = 20_000

/** The audit log as far as it was read: the newest page is read again and again, older ones when asked for. */
export class AuditTrail {
  readonly newest: Resource<Trail>
  readonly loadingOlder = signal(false)
  readonly olderError = signal<ApiError | undefined>(undefined)

  constructor(private readonly q: string) {
    this.newest = new Resource<Trail>(
      async (s) => {
        const page = await read.audit({ limit: pageSize, q }, { signal: s, retries: 0 })
        return withNewest(this.known(), page)
      },
      { interval: () => 5000 },
    )
  }

  private known(): Trail {
    return this.newest.state.peek().data ?? emptyTrail
  }

  /** Reads the next page of older lines. */
  async older(): Promise<void> {
    const { cursor } = this.known()
    if (cursor === undefined || this.loadingOlder.peek()) return
    this.loadingOlder.value = true
    this.olderError.value = undefined
    try {
      const page = await read.audit({ limit: pageSize, q: this.q, cursor })
      // The newest page may have been read anew meanwhile, after a gap.
      if (this.known().cursor === cursor) this.newest.set(withOlder(this.known(), page))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.olderError.value = error
    } finally {
      this.loadingOlder.value = false
    }
  }
}

/** Reads all lines that match; complete is false when there are more than can be exported. */
export async function readAll(q: string, told: (count: number) => void): Promise<{ entries: AuditEntry[]; complete: boolean }> {
  const entries: AuditEntry[] = []
  let cursor: string | undefined
  do {
    const page = await read.audit({ limit: pageSize, q, ...(cursor !== undefined && { cursor }) })
    entries.push(...page.entries)
    cursor = page.cursor
    told(entries.length)
  } while (cursor !== undefined && entries.length < mostExported)
  return { entries, complete: cursor === undefined }
}

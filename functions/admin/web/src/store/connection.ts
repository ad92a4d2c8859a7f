import { computed, signal } from '@preact/signals'

import type { ApiError } from '../api/client'

/** When the server last answered, and since when it does not. */
export interface Connection {
  lastAnswer: number | undefined
  failingSince: number | undefined
  failure: ApiError | undefined
}

/** How the last requests went. */
export const connection = signal<Connection>({ lastAnswer: undefined, failingSince: undefined, failure: undefined })

/** Whether the last sign of the server was one of life. */
export const reachable = computed(() => connection.value.failingSince === undefined)

/** Set when the server says that nobody is signed in any more. */
export const sessionEnded = signal(false)

/** Takes note of how a request went. */
export function observe(outcome: ApiError | 'ok', now = Date.now()): void {
  if (outcome !== 'ok' && outcome.unreachable) {
    const since = connection.value.failingSince ?? now
    connection.value = { ...connection.value, failingSince: since, failure: outcome }
    return
  }
  if (outcome !== 'ok' && outcome.signedOut) sessionEnded.value = true
  connection.value = { lastAnswer: now, failingSince: undefined, failure: undefined }
}

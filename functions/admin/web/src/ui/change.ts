import { useRef, useState } from 'preact/hooks'

import { ApiError } from '../api/client'
import { changed } from '../store'

/** A change that the user asked for: sent once, and its outcome kept. */
export interface Change<A extends unknown[], R> {
  /** Sends it, unless it is under way. Undefined means that it failed: see error. */
  run: (...args: A) => Promise<R | undefined>
  busy: boolean
  error: ApiError | undefined
  /** Forgets the error. */
  reset: () => void
}

/**
 * Wraps a call of the API that changes something: a second click while it is
 * under way does nothing, a failure is kept to be shown, and afterwards every
 * view looks again.
 */
export function useChange<A extends unknown[], R>(send: (...args: A) => Promise<R>): Change<A, R> {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | undefined>(undefined)
  const underWay = useRef(false)
  const run = async (...args: A): Promise<R | undefined> => {
    if (underWay.current) return undefined
    underWay.current = true
    setBusy(true)
    setError(undefined)
    try {
      return await send(...args)
    } catch (e) {
      if (!(e instanceof ApiError)) throw e
      setError(e)
      return undefined
    } finally {
      underWay.current = false
      setBusy(false)
      changed()
    }
  }
  return { run, busy, error, reset: () => setError(undefined) }
}

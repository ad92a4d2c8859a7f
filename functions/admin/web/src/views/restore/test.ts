import { useEffect, useState } from 'preact/hooks'

import { ApiError, read, type RestoreTestAnswer } from '../../api'

/** The answer of a restore test, or why there is none. */
export interface Tested {
  answer: RestoreTestAnswer | undefined
  error: ApiError | undefined
  again: () => void
}

/** Tests whether a backup can be restored, once wanted is set. */
export function useRestoreTest(backup: string, wanted: boolean): Tested {
  const [round, setRound] = useState(0)
  const [answer, setAnswer] = useState<RestoreTestAnswer | undefined>(undefined)
  const [error, setError] = useState<ApiError | undefined>(undefined)
  useEffect(() => {
    if (!wanted) return
    const stop = new AbortController()
    setError(undefined)
    read.restoreTest(backup, { signal: stop.signal, timeout: 120_000 }).then(
      (a) => setAnswer(a.body),
      (e: unknown) => {
        if (!(e instanceof ApiError)) throw e
        if (e.kind !== 'aborted') setError(e)
      },
    )
    return () => stop.abort()
  }, [backup, wanted, round])
  return { answer, error, again: () => setRound((n) => n + 1) }
}

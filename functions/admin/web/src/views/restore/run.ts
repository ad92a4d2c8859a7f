import { useEffect, useRef, useState } from 'preact/hooks'

import { ApiError, type Answer, type Operation } from '../../api'
import { changed, isActive, knownUser, newestOperations } from '../../store'
import { useOperation } from '../../store/follow'

import { neverBegan, startedBy, type Signature } from './started'

type Inner =
  | { at: 'idle' }
  | { at: 'sending'; before: ReadonlySet<string> }
  | { at: 'unknown'; before: ReadonlySet<string>; error: ApiError; failedAt: number }
  | { at: 'refused'; error: ApiError }
  | { at: 'following'; id: string; operation: Operation | undefined }

/** An operation from the request that starts it to its end. */
export interface Run {
  /**
   * idle; sending: no answer yet; running; ended; refused: it did not begin, see
   * error; unknown: no answer came, and it is looked for among the operations.
   */
  phase: 'idle' | 'sending' | 'running' | 'ended' | 'refused' | 'unknown'
  operation: Operation | undefined
  error: ApiError | undefined
  /** Why and since when what is known of the operation is not fresh. */
  stale: { error: ApiError; since: number | undefined } | undefined
  /** When a request without an answer was looked for last. */
  lookedAt: number | undefined
  /** It was looked for long enough: it has not begun. */
  neverBegan: boolean
  /** Sends the request, once; while it is under way nothing. */
  start: (send: () => Promise<Answer<{ operation: Operation }>>) => void
  /** Follows an operation that is there already. */
  follow: (operation: Operation | string) => void
  /** Forgets the run; what was sent goes on. */
  reset: () => void
}

/** Starts an operation and follows it; what tells it from others finds it again if no answer comes. */
export function useRun(signature: Omit<Signature, 'by'>): Run {
  const [inner, setInner] = useState<Inner>({ at: 'idle' })
  const { start, abandon } = useStart(setInner)
  useSearch(signature, inner, setInner)
  const followed = inner.at === 'following' ? inner : undefined
  const state = useOperation(followed?.id, followed?.operation)
  const operation = followed && (state.data ?? followed.operation)
  useNews(operation)
  const lookedAt = newestOperations.state.value.updatedAt
  return {
    phase: phaseOf(inner, operation),
    operation,
    error: inner.at === 'refused' || inner.at === 'unknown' ? inner.error : operation ? undefined : state.error,
    stale: followed && operation && isActive(operation.status) && state.error
      ? { error: state.error, since: state.updatedAt }
      : undefined,
    lookedAt,
    neverBegan: inner.at === 'unknown' && neverBegan(inner.failedAt, lookedAt),
    start,
    follow: (o) => setInner(typeof o === 'string' ? { at: 'following', id: o, operation: undefined } : following(o)),
    reset: () => {
      abandon()
      setInner({ at: 'idle' })
    },
  }
}

function phaseOf(inner: Inner, operation: Operation | undefined): Run['phase'] {
  if (inner.at !== 'following') return inner.at
  return operation === undefined || isActive(operation.status) ? 'running' : 'ended'
}

function following(operation: Operation): Inner {
  return { at: 'following', id: operation.id, operation }
}

function useStart(setInner: (change: (inner: Inner) => Inner) => void): Pick<Run, 'start'> & { abandon: () => void } {
  // Only what the last request says counts; 0 means that none is under way.
  const request = useRef({ underWay: 0, last: 0 })
  const start: Run['start'] = (send) => {
    if (request.current.underWay !== 0) return
    const mine = ++request.current.last
    request.current.underWay = mine
    const before = new Set((newestOperations.state.peek().data?.operations ?? []).map((o) => o.id))
    const settle = (change: (inner: Inner) => Inner) => {
      if (request.current.underWay !== mine) return
      request.current.underWay = 0
      setInner(change)
      changed()
    }
    setInner(() => ({ at: 'sending', before }))
    send().then(
      (answer) => settle(() => following(answer.body.operation)),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error
        settle((inner) => failed(inner, error, before))
      },
    )
    // The server answers late; meanwhile the operation is seen among the newest.
    changed()
  }
  return { start, abandon: () => void (request.current.underWay = 0) }
}

/** An answer that was lost is no failure when the operation was found meanwhile. */
function failed(inner: Inner, error: ApiError, before: ReadonlySet<string>): Inner {
  if (!error.outcomeUnknown) return { at: 'refused', error }
  return inner.at === 'following' ? inner : { at: 'unknown', before, error, failedAt: Date.now() }
}

/** Looks for what was asked for among the newest operations until it is found. */
function useSearch(signature: Omit<Signature, 'by'>, inner: Inner, setInner: (inner: Inner) => void): void {
  const searching = inner.at === 'sending' || inner.at === 'unknown'
  const user = knownUser.value
  const operations = newestOperations.state.value.data?.operations ?? []
  const found = searching
    ? startedBy({ ...signature, by: user?.email || user?.subject || '' }, operations, inner.before)
    : undefined
  useEffect(() => {
    if (found) setInner(following(found))
  }, [found?.id])
  const unknown = inner.at === 'unknown'
  useEffect(() => {
    if (!unknown) return
    const timer = setInterval(() => newestOperations.refresh(), 2500)
    return () => clearInterval(timer)
  }, [unknown])
}

/** Lets every view look again when the operation has ended. */
function useNews(operation: Operation | undefined): void {
  const wasActive = useRef(false)
  const active = operation !== undefined && isActive(operation.status)
  useEffect(() => {
    if (wasActive.current && !active) changed()
    wasActive.current = active
  }, [active])
}

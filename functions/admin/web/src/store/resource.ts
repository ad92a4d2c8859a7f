import { signal, type ReadonlySignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { ApiError } from '../api/client'

import { sessionEnded } from './connection'

/** Something read from the server, as far as it is known. */
export interface State<T> {
  data: T | undefined
  /** Why the newest attempt failed; undefined when it did not. */
  error: ApiError | undefined
  /** When data was true, in milliseconds. */
  updatedAt: number | undefined
  loading: boolean
}

/** When a resource is read again, in milliseconds. */
export interface Pace<T> {
  /** Until the next reading, by what the last one said. */
  interval: (data: T | undefined) => number
}

/** The pause after failures in a row: it doubles, up to half a minute. */
export function backoff(interval: number, failures: number): number {
  return failures === 0 ? interval : Math.min(Math.max(interval, 1000) * 2 ** (failures - 1), 30_000)
}

/**
 * A resource is read while somebody looks at it and the page is visible, again
 * and again. What it knows survives failures; its age says how old it is.
 */
export class Resource<T> {
  private readonly inner: Signal<State<T>>
  private watchers = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: AbortController | undefined
  private failures = 0
  private readonly onVisible = () => {
    if (!document.hidden) this.refresh()
  }

  constructor(
    private readonly fetcher: (signal: AbortSignal) => Promise<T>,
    private readonly pace: Pace<T>,
  ) {
    this.inner = signal<State<T>>({ data: undefined, error: undefined, updatedAt: undefined, loading: false })
  }

  /** What is known. */
  get state(): ReadonlySignal<State<T>> {
    return this.inner
  }

  /** Starts reading; the function that it returns ends it. */
  watch(): () => void {
    if (this.watchers++ === 0) {
      document.addEventListener('visibilitychange', this.onVisible)
      window.addEventListener('online', this.onVisible)
      this.refresh()
    }
    let watching = true
    return () => {
      if (!watching) return
      watching = false
      if (--this.watchers === 0) this.stop()
    }
  }

  /** Reads now. A reading that is under way is given up: it may be older than what was just changed. */
  refresh(): void {
    clearTimeout(this.timer)
    this.running?.abort()
    void this.read()
  }

  /** Puts in what a change has answered, ahead of the next reading. */
  set(data: T): void {
    this.inner.value = { data, error: undefined, updatedAt: Date.now(), loading: false }
  }

  private stop(): void {
    document.removeEventListener('visibilitychange', this.onVisible)
    window.removeEventListener('online', this.onVisible)
    clearTimeout(this.timer)
    this.running?.abort()
  }

  private async read(): Promise<void> {
    const mine = new AbortController()
    this.running = mine
    this.inner.value = { ...this.inner.peek(), loading: true }
    const started = Date.now()
    try {
      const data = await this.fetcher(mine.signal)
      if (mine.signal.aborted) return
      this.failures = 0
      this.inner.value = { data, error: undefined, updatedAt: started, loading: false }
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      this.failures++
      this.inner.value = { ...this.inner.peek(), error, loading: false }
    }
    this.running = undefined
    this.schedule()
  }

  private schedule(): void {
    clearTimeout(this.timer)
    if (this.watchers === 0 || document.hidden) return
    const pause = sessionEnded.peek() ? 30_000 : backoff(this.pace.interval(this.inner.peek().data), this.failures)
    this.timer = setTimeout(() => this.refresh(), pause)
  }
}

/** Reads a resource while the component is on the page. */
export function useResource<T>(resource: Resource<T>): State<T> {
  useEffect(() => resource.watch(), [resource])
  return resource.state.value
}

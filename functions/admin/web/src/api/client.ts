import type { Problem } from './types'

/**
 * What became of a request that has no good answer:
 * - network: it could not be sent, or the connection broke
 * - timeout: no answer came in time
 * - aborted: the page gave it up itself
 * - http: the server refused or failed, see status and problem
 * - parse: the answer is not what the API promises
 */
export type FailureKind = 'network' | 'timeout' | 'aborted' | 'http' | 'parse'

/** Why a request failed. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly kind: FailureKind,
    readonly method: string,
    readonly status = 0,
    readonly problem?: Problem,
    readonly retryAfter = 0,
  ) {
    super(problem?.detail ?? kind)
  }

  /** Nobody is signed in, or no longer. */
  get signedOut(): boolean {
    return this.status === 401
  }

  /** The sign-in is too long ago for what was asked. */
  get needsFreshSignIn(): boolean {
    return this.status === 403 && (this.problem?.type ?? '').endsWith('reauthentication-required')
  }

  /** The server could not be asked, or did not know what to say. */
  get unreachable(): boolean {
    return this.kind === 'network' || this.kind === 'timeout' || this.status >= 500
  }

  /**
   * It is not known whether a change was made: only looking can tell.
   */
  get outcomeUnknown(): boolean {
    return this.method !== 'GET' && (this.unreachable || this.kind === 'parse')
  }
}

export type Query = Record<string, string | number | boolean | undefined>

export interface Options {
  query?: Query
  body?: unknown
  signal?: AbortSignal
  /** Milliseconds until the request is given up. */
  timeout?: number
  /** How often a GET is sent again after a failure that may pass. */
  retries?: number
}

/** What the client needs of its surroundings; tests bring their own. */
export interface Surroundings {
  fetch: typeof fetch
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  random: () => number
  /** Hears of every answer or failure, but of requests that were given up. */
  observe?: (outcome: ApiError | 'ok') => void
}

/** An answer with its status: 202 means that the work goes on. */
export interface Answer<T> {
  status: number
  location: string
  body: T
}

const readTimeout = 20_000
// API Gateway gives up after 30 seconds.
const changeTimeout = 35_000
const longestWait = 10_000

/** Sends requests to the API on this page's own origin. */
export class Client {
  constructor(private readonly env: Surroundings) {}

  /** Reads. A failure that may pass is tried again, after a growing pause. */
  async get<T>(path: string, options: Options = {}): Promise<T> {
    const retries = options.retries ?? 2
    for (let attempt = 0; ; attempt++) {
      try {
        return (await this.send<T>('GET', path, options)).body
      } catch (error) {
        if (!(error instanceof ApiError) || attempt >= retries || !mayPass(error)) throw error
        await this.env.sleep(this.pause(attempt, error), options.signal)
      }
    }
  }

  /** Changes something. It is sent once, whatever happens. */
  change<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: Options = {}): Promise<Answer<T>> {
    return this.send<T>(method, path, options)
  }

  private pause(attempt: number, error: ApiError): number {
    const backoff = 500 * 2 ** attempt * (0.5 + this.env.random())
    return Math.min(Math.max(backoff, error.retryAfter * 1000), longestWait)
  }

  private async send<T>(method: string, path: string, options: Options): Promise<Answer<T>> {
    try {
      const answer = await this.attempt<T>(method, path, options)
      this.env.observe?.('ok')
      return answer
    } catch (error) {
      if (error instanceof ApiError && error.kind !== 'aborted') this.env.observe?.(error)
      throw error
    }
  }

  private async attempt<T>(method: string, path: string, options: Options): Promise<Answer<T>> {
    const giveUp = new AbortController()
    let timedOut = false
    const timer = setTimeout(
      () => {
        timedOut = true
        giveUp.abort()
      },
      options.timeout ?? (method === 'GET' ? readTimeout : changeTimeout),
    )
    const abort = () => giveUp.abort()
    options.signal?.addEventListener('abort', abort)
    if (options.signal?.aborted) abort()
    try {
      const response = await this.env.fetch(path + queryString(options.query), {
        method,
        headers: headersOf(options),
        body: options.body === undefined ? null : JSON.stringify(options.body),
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal: giveUp.signal,
      })
      return await read<T>(method, response)
    } catch (error) {
      if (error instanceof ApiError) throw error
      if (timedOut) throw new ApiError('timeout', method)
      if (giveUp.signal.aborted) throw new ApiError('aborted', method)
      throw new ApiError('network', method)
    } finally {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
    }
  }
}

function headersOf(options: Options): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: 'application/json, application/problem+json',
    // Work that goes on is answered with 202 then, which others would take for its end.
    Prefer: 'respond-async',
  }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  return headers
}

/** mayPass tells failures that a second try may not see. */
function mayPass(error: ApiError): boolean {
  return error.kind === 'network' || error.kind === 'timeout' || error.status === 429 || error.status >= 500
}

async function read<T>(method: string, response: Response): Promise<Answer<T>> {
  const text = await response.text()
  const body = parse(text)
  if (!response.ok && !ofWork(body)) {
    const retryAfter = Number(response.headers.get('Retry-After')) || 0
    throw new ApiError('http', method, response.status, asProblem(body), retryAfter)
  }
  if (body === undefined) throw new ApiError('parse', method, response.status)
  return { status: response.status, location: response.headers.get('Location') ?? '', body: body as T }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Work that began and did not succeed is a problem with all that a good answer has: its record says how it ended. */
function ofWork(body: unknown): boolean {
  const type: unknown = asProblem(body)?.type
  return typeof type === 'string' && (type.endsWith('/problems/failed') || type.endsWith('/problems/still-running'))
}

function asProblem(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const p = body as Partial<Problem>
  return typeof p.detail === 'string' && typeof p.status === 'number' ? (p as Problem) : undefined
}

/** Returns ?a=b for what is set, or nothing. */
export function queryString(query: Query | undefined): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** Waits, or fails as a given-up request when signal says so. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(new ApiError('aborted', 'GET'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}

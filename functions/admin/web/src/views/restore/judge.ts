import { useEffect, useState } from 'preact/hooks'

import { ApiError, read, type Backup, type CanDeleteAnswer } from '../../api'

import { possible, remains, settled, verdicts, type Remains, type Verdict } from './deletion'

/** What is known before a delete. */
export interface Judgement {
  judged: Verdict[]
  left: Remains[]
}

/** Whether the chosen can go, as far as the server was asked. */
export interface Judging {
  judgement: Judgement | undefined
  error: ApiError | undefined
  again: () => void
}

// Each answer makes the server look through the whole catalog.
const mostAsked = 10
const pageSize = 1000

/** Asks whether backups can be deleted and what would be left without them. */
export function useJudgement(chosen: Backup[]): Judging {
  const [round, setRound] = useState(0)
  const [judgement, setJudgement] = useState<Judgement | undefined>(undefined)
  const [error, setError] = useState<ApiError | undefined>(undefined)
  useEffect(() => {
    const stop = new AbortController()
    setError(undefined)
    judge(chosen, stop.signal).then(
      (j) => !stop.signal.aborted && setJudgement(j),
      (e: unknown) => {
        if (!(e instanceof ApiError)) throw e
        if (!stop.signal.aborted) setError(e)
      },
    )
    return () => stop.abort()
  }, [round])
  return { judgement, error, again: () => (setJudgement(undefined), setRound((n) => n + 1)) }
}

async function judge(chosen: Backup[], signal: AbortSignal): Promise<Judgement> {
  const asked = chosen.length <= mostAsked ? chosen : []
  const answers = new Map<string, CanDeleteAnswer>()
  const ask = async (b: Backup) => void answers.set(b.id, await read.canDelete(b.id, { signal }))
  const present = new Map((await Promise.all(asked.map((b) => ask(b).then(() => read.backup(b.id, { signal }))))).map((b) => [b.id, b]))
  const judged = verdicts(chosen.map((b) => present.get(b.id) ?? b), answers)
  return { judged, left: await leftWithout(possible(judged), signal) }
}

/** Reads the list, the newest first, until it is known what is left. */
async function leftWithout(chosen: Backup[], signal: AbortSignal): Promise<Remains[]> {
  const seen: Backup[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Awaited<ReturnType<typeof read.list>> = await read.list(
      { limit: cursor === '' ? 50 : pageSize, ...(cursor !== '' && { cursor }) }, { signal },
    )
    seen.push(...page.backups)
    if (settled(remains(chosen, seen))) break
    cursor = page.cursor || undefined
  }
  return remains(chosen, seen)
}

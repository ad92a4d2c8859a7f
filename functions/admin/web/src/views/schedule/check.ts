import { useEffect, useState } from 'preact/hooks'

import { ApiError, read, type SchedulePreview } from '../../api'

import { tidy } from './draft'

/** What the server says of a crontab that is being typed. */
export interface Checked {
  answer?: SchedulePreview
  error?: ApiError
  checking: boolean
}

const pause = 350

/** Asks the server about what was typed, once the typing pauses. */
export function useCheck(crontab: string, timezone: string, active: boolean): Checked {
  const [checked, setChecked] = useState<Checked & { key?: string }>({ checking: false })
  const text = tidy(crontab)
  const key = `${text}\n${timezone}`
  useEffect(() => {
    if (!active) return
    const giveUp = new AbortController()
    const ask = async () => {
      try {
        const { body } = await read.schedulePreview(text, timezone, { signal: giveUp.signal })
        setChecked({ key, answer: body, checking: false })
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (!giveUp.signal.aborted) setChecked({ key, error, checking: false })
      }
    }
    const timer = setTimeout(() => void ask(), pause)
    return () => {
      clearTimeout(timer)
      giveUp.abort()
    }
  }, [key, active])
  if (!active) return { checking: false }
  return checked.key === key ? checked : { checking: true }
}

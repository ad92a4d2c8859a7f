import { useEffect, useState } from 'preact/hooks'

import { ApiError, read, type SchedulePreview } from '../../api'
import { language, t } from '../../i18n'
import { list } from '../../i18n/format'

import { tidy } from './draft'

type Reader = typeof import('./reading').reading

let loaded: Reader | undefined

/** Returns what a crontab means in plain words; empty while the words are being fetched. */
export function useReading(crontab: string): string {
  const [reader, setReader] = useState<{ read: Reader | undefined }>({ read: loaded })
  useEffect(() => {
    if (loaded) return
    import('./reading').then(
      (m) => {
        loaded = m.reading
        setReader({ read: loaded })
      },
      () => undefined, // The crontab itself and the next runs are there all the same.
    )
  }, [])
  if (!reader.read) return ''
  const words = { daily: (times: string) => t('schedule.daily', { times }), list }
  return reader.read(crontab, language.value, words) ?? ''
}

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

import cronstrue from 'cronstrue'

import 'cronstrue/locales/ru'

import type { Language } from '../../i18n'

import { tidy } from './draft'

/** What the words need that is said here: the rest is the library's. */
export interface Words {
  /** "Every day at {times}". */
  daily: (times: string) => string
  list: (words: string[]) => string
}

/**
 * Returns what a crontab means in plain words, or undefined for what is none. It
 * is a help for reading: whether the crontab can be used the server says.
 */
export function reading(crontab: string, language: Language, words: Words): string | undefined {
  const text = tidy(crontab)
  if (text.split(' ').length !== 5) return undefined
  const times = dailyTimes(text)
  if (times) return words.daily(words.list(times))
  try {
    return cronstrue.toString(text, { locale: language, use24HourTimeFormat: true })
  } catch {
    return undefined
  }
}

/** dailyTimes returns the times of a crontab that runs every day at a few of them. */
function dailyTimes(crontab: string): string[] | undefined {
  const found = /^(\d{1,2}) (\d{1,2}(?:,\d{1,2})*) \* \* \*$/.exec(crontab)
  if (!found) return undefined
  const hours = found[2]!.split(',').map(Number)
  if (Number(found[1]) > 59 || hours.some((h) => h > 23) || hours.length > 6) return undefined
  return [...new Set(hours)].sort((a, b) => a - b).map((h) => `${two(h)}:${two(Number(found[1]))}`)
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}

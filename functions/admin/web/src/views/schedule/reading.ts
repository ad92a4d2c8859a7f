import { t } from '../../i18n'
import { list } from '../../i18n/format'

import { tidy } from './draft'

/**
 * Returns what a crontab means in plain words, or undefined for what is none. It
 * is a help for reading: whether the crontab can be used the server says.
 */
export function reading(crontab: string): string | undefined {
  const parts = tidy(crontab).split(' ')
  if (parts.length !== ranges.length) return undefined
  const fields: number[][] = []
  for (const [i, part] of parts.entries()) {
    const values = valuesOf(part, ranges[i]!)
    if (!values) return undefined
    fields.push(values)
  }
  const [minutes, hours, dates, months, weekdays] = fields as [number[], number[], number[], number[], number[]]
  const days = daysOf(dates, months, weekdays)
  if (days === undefined) return undefined
  const text = [days, timeOf(minutes, hours, days === '')].filter((words) => words !== '').join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

interface Range {
  min: number
  max: number
  names?: string[]
}

const ranges: readonly Range[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] },
  { min: 0, max: 6, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
]

/** valuesOf returns the values of a field in their order; undefined when it is not valid. */
function valuesOf(field: string, range: Range): number[] | undefined {
  const found = new Set<number>()
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part)
    if (!match || (match[3] && match[1] && !match[2])) return undefined
    const from = match[1] === undefined ? range.min : valueOf(match[1], range)
    const to = match[1] === undefined ? range.max : match[2] === undefined ? from : valueOf(match[2], range, true)
    const step = Number(match[3] ?? 1)
    if (from === undefined || to === undefined || from > to || step < 1) return undefined
    for (let value = from; value <= to; value += step) found.add(isWeek(range) ? value % 7 : value)
  }
  return [...found].sort((a, b) => a - b)
}

function isWeek(range: Range): boolean {
  return range.max === 6
}

/** valueOf reads a number or a name. Sunday is 0 or 7, and at the end of a range 7. */
function valueOf(text: string, range: Range, end = false): number | undefined {
  const at = range.names?.indexOf(text.toUpperCase()) ?? -1
  if (at >= 0) return isWeek(range) && end && at === 0 ? 7 : at + range.min
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= range.min && value <= (isWeek(range) ? 7 : range.max) ? value : undefined
}

/** daysOf says on which days; empty for every day, undefined for what has two meanings. */
function daysOf(dates: number[], months: number[], weekdays: number[]): string | undefined {
  const anyDate = dates.length === 31
  const anyWeekday = weekdays.length === 7
  const anyMonth = months.length === 12
  if (!anyDate && !anyWeekday) return undefined
  const names = t('schedule.say.monthNames').split(',')
  const inMonths = { months: list(months.map((month) => names[month - 1]!)) }
  if (!anyDate) {
    return `${datesText(dates)} ${anyMonth ? t('schedule.say.everyMonth') : t('schedule.say.ofMonths', inMonths)}`
  }
  if (anyWeekday && anyMonth) return ''
  const which = anyWeekday ? t('schedule.say.day') : weekdaysText(weekdays)
  return anyMonth ? which : `${which} ${t('schedule.say.inMonths', inMonths)}`
}

function datesText(dates: number[]): string {
  const [from, to] = [dates[0]!, dates.at(-1)!]
  if (dates.length > 2 && isRun(dates)) return t('schedule.say.dateRange', { from, to })
  return t('schedule.say.dates', { count: dates.length, days: compact(dates) })
}

function weekdaysText(weekdays: number[]): string {
  const days = weekdays.join('')
  if (days === '12345') return t('schedule.say.weekdays')
  if (days === '06') return t('schedule.say.weekend')
  const names = t('schedule.say.weekdayNames').split(',')
  // Monday first: a week ends with its Sunday.
  const sorted = [...weekdays].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
  return t('schedule.say.weekday', { days: list(sorted.map((day) => names[day]!)) })
}

/** So many times of the day are named one by one. */
const mostTimes = 6

/** timeOf says when on such a day; daily asks to say that it is every day, where that is not plain. */
function timeOf(minutes: number[], hours: number[], daily: boolean): string {
  if (hours.length * minutes.length <= mostTimes && hours.length < 24) {
    const times = hours.flatMap((hour) => minutes.map((minute) => clock(hour, minute)))
    const text = t('schedule.say.times', { times: list(times) })
    return daily ? `${t('schedule.say.day')} ${text}` : text
  }
  if (hours.length === 24) return withinHour(minutes)
  const [first, last] = [hours[0]!, hours.at(-1)!]
  if (minutes.length === 1) {
    const minute = minutes[0]!
    const step = stepOf(hours, 24)
    if (step > 1) return t('schedule.say.hours', { count: step, time: clock(0, minute) })
    if (isRun(hours)) return t('schedule.say.hourRange', { from: clock(first, minute), to: clock(last, minute) })
  }
  const what = withinHour(minutes)
  if (isRun(hours)) return t('schedule.say.between', { what, from: clock(first, 0), to: clock(last, 59) })
  return t('schedule.say.inHours', { what, hours: compact(hours) })
}

function withinHour(minutes: number[]): string {
  if (minutes.length === 60) return t('schedule.say.minute')
  if (minutes.length === 1 && minutes[0] === 0) return t('schedule.say.onTheHour')
  const step = stepOf(minutes, 60)
  return step > 1 ? t('schedule.say.minutes', { count: step }) : t('schedule.say.hourly', { minutes: compact(minutes) })
}

/** stepOf returns n when the values are those that n divides, evenly up to the end; else 0. */
function stepOf(values: number[], end: number): number {
  const step = values[1] ?? 0
  const even = values.length > 1 && end % step === 0 && values.length === end / step
  return even && values.every((value, i) => value === i * step) ? step : 0
}

function isRun(values: number[]): boolean {
  return values.at(-1)! - values[0]! === values.length - 1
}

/** compact joins numbers, three or more in a row as a range. */
function compact(values: number[]): string {
  const parts: string[] = []
  for (let i = 0; i < values.length; ) {
    let end = i
    while (values[end + 1] === values[end]! + 1) end++
    if (end - i >= 2) parts.push(`${values[i]}–${values[end]}`)
    else parts.push(...values.slice(i, end + 1).map(String))
    i = end + 1
  }
  return list(parts)
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

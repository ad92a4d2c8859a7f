import { computed } from '@preact/signals'

import { moment } from '../store/clock'

import { language, t } from './index'

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

const sizes = computed(() =>
  byteUnits.map(
    (unit, i) =>
      new Intl.NumberFormat(language.value, {
        style: 'unit', unit, unitDisplay: i === 0 ? 'long' : 'short', maximumSignificantDigits: i === 0 ? 4 : 3,
      }),
  ),
)

/** Formats a number of bytes; units step by 1024, as the API's megabytes do. */
export function size(bytes: number): string {
  let step = 0
  let value = bytes
  // 999.5 would be rounded to a four-digit number.
  while (Math.abs(value) >= 999.5 && step < byteUnits.length - 1) {
    value /= 1024
    step++
  }
  return sizes.value[step]!.format(value)
}

/** Formats bytes a second. */
export function rate(bytesPerSecond: number): string {
  return t('common.perSecond', { amount: size(bytesPerSecond) })
}

const numbers = computed(() => new Intl.NumberFormat(language.value))

/** Formats a count. */
export function count(n: number): string {
  return numbers.value.format(n)
}

/** Formats a share from 0 to 1. */
export function percent(share: number): string {
  return new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

/** Formats US dollars. */
export function dollars(amount: number): string {
  return new Intl.NumberFormat(language.value, {
    style: 'currency', currency: 'USD', maximumFractionDigits: amount < 10 ? 2 : 0,
  }).format(amount)
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** Formats a duration by its two largest units: "2 hr, 5 min". */
export function duration(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1000) * 1000)
  const parts: string[] = []
  for (const [unit, length] of units) {
    const n = Math.floor(rest / length)
    rest -= n * length
    const last = unit === 'second' && parts.length === 0
    if (n > 0 || last) parts.push(amount(n, unit))
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

function amount(n: number, unit: string): string {
  return new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'short' }).format(n)
}

const relative = computed(() => new Intl.RelativeTimeFormat(language.value, { numeric: 'always' }))

const steps = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** Formats a time as seen from now: "3 hours ago", "in 5 minutes". */
export function ago(time: string | number, now: number = moment.value): string {
  const difference = at(time) - now
  for (const [unit, length] of steps) {
    if (Math.abs(difference) >= length) return relative.value.format(Math.trunc(difference / length), unit)
  }
  // The clock of this page and the server's differ a little, and moment lags behind.
  return t(difference > 15_000 ? 'common.soon' : 'common.justNow')
}

const dateTimes = computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short' }))
const exactTimes = computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'full', timeStyle: 'long' }))
const dates = computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'medium' }))
const clocksToTheSecond = computed(() => new Intl.DateTimeFormat(language.value, { timeStyle: 'medium' }))
const clocks = computed(() => new Intl.DateTimeFormat(language.value, { timeStyle: 'short' }))

/** Formats date and time in the browser's time zone. */
export function dateTime(time: string | number): string {
  return dateTimes.value.format(at(time))
}

/** Formats date and time to the second, with the time zone. */
export function exactTime(time: string | number): string {
  return exactTimes.value.format(at(time))
}

/** Formats a date. */
export function date(time: string | number): string {
  return dates.value.format(at(time))
}

/** Formats the time of the day. */
export function clockTime(time: string | number): string {
  return clocks.value.format(at(time))
}

/** Formats the time of the day to the second. */
export function clockSeconds(time: string | number): string {
  return clocksToTheSecond.value.format(at(time))
}

/** Formats date and time in a named time zone, as a schedule means it. */
export function zonedTime(time: string | number, timeZone: string): string {
  return new Intl.DateTimeFormat(language.value, {
    weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit',
    timeZoneName: 'short', timeZone,
  }).format(at(time))
}

const lists = computed(() => new Intl.ListFormat(language.value, { type: 'conjunction' }))

/** Joins words: "a, b and c". */
export function list(words: string[]): string {
  return lists.value.format(words)
}

function at(time: string | number): number {
  return typeof time === 'number' ? time : Date.parse(time)
}

import type { ScheduleItem } from '../../api'

/** What of a job can be typed. */
export interface Settings {
  crontab: string
  timezone: string
}

/** What somebody is typing, and what it started from. */
export interface Draft extends Settings {
  base: Settings & { version: number }
}

export type Field = keyof Settings

/** What one field was, what it is on the server now, and what was typed. */
export interface Difference {
  field: Field
  before: string
  theirs: string
  mine: string
}

const fields: readonly Field[] = ['crontab', 'timezone']

/** Returns the settings of a job as the server has them. */
export function settingsOf(item: ScheduleItem): Settings {
  return { crontab: item.crontab, timezone: item.timezone }
}

/** Returns a crontab with single spaces: what only differs in them is the same. */
export function tidy(crontab: string): string {
  return crontab.trim().replaceAll(/\s+/g, ' ')
}

function same(a: Settings, b: Settings): boolean {
  return tidy(a.crontab) === tidy(b.crontab) && a.timezone === b.timezone
}

/**
 * Returns the draft after something was typed. What is as on the server again
 * is no draft.
 */
export function typed(draft: Draft | undefined, item: ScheduleItem, change: Partial<Settings>): Draft | undefined {
  const base = draft?.base ?? { ...settingsOf(item), version: item.version }
  const next: Draft = { ...(draft ?? settingsOf(item)), ...change, base }
  return kept(next, item) ? next : undefined
}

/** Reports whether a draft still says something else than the server. */
export function kept(draft: Draft, item: ScheduleItem): boolean {
  return draft.crontab !== item.crontab || draft.timezone !== item.timezone
}

/**
 * Returns what somebody else has changed since the draft was begun. It is empty
 * when only other things have changed, such as on and off.
 */
export function changedMeanwhile(draft: Draft, item: ScheduleItem): Difference[] {
  if (draft.base.version === item.version || same(draft.base, settingsOf(item))) return []
  return fields
    .filter((field) => draft.base[field] !== item[field])
    .map((field) => ({ field, before: draft.base[field], theirs: item[field], mine: draft[field] }))
}

/**
 * Returns the draft over what the server has now: what was typed stays, what
 * was not touched becomes theirs, and saving replaces what they did.
 */
export function overTheirs(draft: Draft, item: ScheduleItem): Draft {
  const pick = (field: Field) => (draft[field] === draft.base[field] ? item[field] : draft[field])
  return { crontab: pick('crontab'), timezone: pick('timezone'), base: { ...settingsOf(item), version: item.version } }
}

/**
 * Returns the version to save with: that of the server when nothing that was typed
 * over has changed, else the one the draft was begun with, which the server refuses.
 */
export function versionFor(draft: Draft, item: ScheduleItem): number {
  return changedMeanwhile(draft, item).length === 0 ? item.version : draft.base.version
}

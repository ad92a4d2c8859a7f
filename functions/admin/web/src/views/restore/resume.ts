import type { Draft } from '../schedule/draft'

import type { Choice, Part } from './choice'

/** The dialog that somebody left to sign in afresh. */
export type Suspended =
  | {
      dialog: 'restore'
      backup: string
      paths: string[]
      pathsBase64: string[]
      choice: Choice
      step: 'preview' | 'confirm'
      /** The dry run that was shown. */
      dryRun?: string
    }
  | { dialog: 'undo'; operation: string }
  | { dialog: 'delete'; backups: string[] }
  | { dialog: 'rotate'; limit: string }
  | { dialog: 'download'; backup: string; path: string; pathBase64: string; entry?: 'file' | 'dir' }
  /** Schedules that were being changed, as they were typed. */
  | { dialog: 'schedule'; drafts: Partial<Record<string, Draft>> }
  /** None: the view is what is come back to. */
  | { dialog: 'none' }

interface Saved {
  version: 1
  /** The address that the dialog was open at. */
  path: string
  at: number
  state: Suspended
}

const key = 'vertex-backup.suspended'

/** How long a sign-in may take, in milliseconds. Older states are forgotten. */
export const signInTime = 15 * 60_000

/** What keeps the state until the page is back: the browser tab's storage. */
export type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Keeps the state of a dialog while the page is away. False means that the browser refuses. */
export function suspend(keeper: Keeper, state: Suspended, path: string, now: number): boolean {
  try {
    keeper.setItem(key, JSON.stringify({ version: 1, path, at: now, state } satisfies Saved))
    return true
  } catch {
    return false
  }
}

/**
 * Returns the state that was kept for this address, and forgets it. It says what
 * was shown, nothing more: whoever comes back has to confirm.
 */
export function resume(keeper: Keeper, path: string, now: number): Suspended | undefined {
  const saved = kept(keeper)
  forget(keeper)
  if (!saved || saved.path !== path || now - saved.at > signInTime || now < saved.at) return undefined
  return saved.state
}

/** Forgets what was kept. */
export function forget(keeper: Keeper): void {
  try {
    keeper.removeItem(key)
  } catch {
    // Then nothing was kept either.
  }
}

function kept(keeper: Keeper): Saved | undefined {
  try {
    const saved: unknown = JSON.parse(keeper.getItem(key) ?? 'null')
    return isSaved(saved) ? saved : undefined
  } catch {
    return undefined
  }
}

function isSaved(value: unknown): value is Saved {
  const saved = value as Partial<Saved> | null
  if (saved?.version !== 1 || typeof saved.path !== 'string' || typeof saved.at !== 'number') return false
  const state = saved.state as Partial<Suspended> | undefined
  switch (state?.dialog) {
    case 'undo':
      return typeof state.operation === 'string'
    case 'delete':
      return isTexts(state.backups)
    case 'rotate':
      return typeof state.limit === 'string'
    case 'download':
      return typeof state.backup === 'string' && typeof state.path === 'string' && typeof state.pathBase64 === 'string'
    case 'schedule':
      return typeof state.drafts === 'object' && Object.values(state.drafts).every(isDraft)
    case 'none':
      return true
  }
  return (
    state?.dialog === 'restore' &&
    typeof state.backup === 'string' &&
    isTexts(state.paths) &&
    isTexts(state.pathsBase64) &&
    isChoice(state.choice) &&
    (state.step === 'preview' || state.step === 'confirm') &&
    (state.dryRun === undefined || typeof state.dryRun === 'string')
  )
}

function isDraft(value: unknown): boolean {
  const draft = value as Partial<Draft> | null | undefined
  return typeof draft?.crontab === 'string' && typeof draft.timezone === 'string'
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((x) => typeof x === 'string')
}

const parts: readonly Part[] = ['all', 'database', 'storage']

function isChoice(value: unknown): boolean {
  const choice = value as Partial<Choice> | null | undefined
  return (
    parts.includes(choice?.part as Part) && typeof choice?.safety === 'boolean' && typeof choice.compare === 'boolean'
  )
}

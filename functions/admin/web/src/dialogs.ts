import { signal } from '@preact/signals'

import type { Backup, Kind, Operation } from './api'

/** The dialogs that any view may open, with what they are about. */
export type DialogRequest =
  | { name: 'create'; kind: Kind }
  | { name: 'restore'; backup: Backup; paths?: string[]; pathsBase64?: string[] }
  /** With start it begins at once: the click that opens it is the one that decides. */
  | { name: 'undo'; operation: Operation; start?: boolean }
  | { name: 'verify'; backup: Backup }
  /** Asks to sign in afresh for something small that has no dialog of its own. */
  | { name: 'fresh' }
  | { name: 'everybody-out' }
  | { name: 'delete'; backups: Backup[] }
  | { name: 'rotate'; limit?: string }
  /** Without a path it is the whole backup; entry says what a path names. */
  | { name: 'download'; backup: Backup; path?: string; pathBase64?: string; entry?: 'file' | 'dir' }

/** What is done to sign in afresh and come back; the dialogs know how to keep what is open. */
export const freshSignIn: { leave: () => void } = { leave: () => location.assign('/auth/login?max_age=0') }

/** The dialog that is open. One at a time. */
export const openedDialog = signal<DialogRequest | undefined>(undefined)

/** Opens a dialog in place of any other. */
export function openDialog(request: DialogRequest): void {
  openedDialog.value = request
}

/** Closes the dialog that is open. */
export function closeDialog(): void {
  openedDialog.value = undefined
}

import { useEffect } from 'preact/hooks'

import { ApiError, read } from '../../api'
import { freshSignIn, openDialog, openedDialog, type DialogRequest } from '../../dialogs'
import { t } from '../../i18n'
import { address } from '../../router'
import { signInAddress } from '../../shell/signedout'
import { explain, say } from '../../ui'
import { drafts } from '../schedule/drafts'

import { forget, resume, suspend, type Suspended } from './resume'

let resumed: Suspended | undefined

/** Goes to sign in afresh and comes back into the dialog, as it is now. */
export function leaveToSignIn(state: Suspended): void {
  suspend(sessionStorage, state, address.peek().path, Date.now())
  // Who comes back by the browser's button finds the dialog still open.
  addEventListener('pageshow', (event) => event.persisted && forget(sessionStorage), { once: true })
  location.assign(signInAddress({ fresh: true }))
}

/** Leaves whatever is open, and comes back into it: it is asked again there, never done by itself. */
function leave(): void {
  leaveToSignIn(opened(openedDialog.peek()))
}

function opened(request: DialogRequest | undefined): Suspended {
  switch (request?.name) {
    case 'undo':
      return { dialog: 'undo', operation: request.operation.id }
    case 'delete':
      return { dialog: 'delete', backups: request.backups.map((b) => b.id) }
    case 'rotate':
      return { dialog: 'rotate', limit: request.limit ?? '' }
    case 'download':
      return {
        dialog: 'download', backup: request.backup.id, path: request.path ?? '', pathBase64: request.pathBase64 ?? '',
        ...(request.entry && { entry: request.entry }),
      }
    default:
      return Object.keys(drafts.peek()).length > 0 ? { dialog: 'schedule', drafts: drafts.peek() } : { dialog: 'none' }
  }
}

/** Opens the dialog again that was left to sign in. */
export function useResumedDialog(): void {
  useEffect(() => {
    freshSignIn.leave = leave
    const state = resume(sessionStorage, address.peek().path, Date.now())
    if (state) void reopen(state)
  }, [])
}

/** Returns once what a dialog of this name was left with. */
export function takeResumed<D extends Suspended['dialog']>(dialog: D): Extract<Suspended, { dialog: D }> | undefined {
  const state = resumed
  if (state?.dialog !== dialog) return undefined
  resumed = undefined
  return state as Extract<Suspended, { dialog: D }>
}

async function reopen(state: Suspended): Promise<void> {
  try {
    switch (state.dialog) {
      case 'undo':
        openDialog({ name: 'undo', operation: await read.operation(state.operation) })
        return
      case 'delete':
        openDialog({ name: 'delete', backups: await Promise.all(state.backups.map((id) => read.backup(id))) })
        return
      case 'rotate':
        openDialog({ name: 'rotate', limit: state.limit })
        return
      case 'download': {
        const { dialog: _, backup: id, ...rest } = state
        openDialog({ name: 'download', backup: await read.backup(id), ...rest })
        return
      }
      case 'schedule':
        drafts.value = state.drafts
        return
      case 'none':
        return
    }
    const backup = await read.backup(state.backup)
    resumed = state
    openDialog({ name: 'restore', backup, paths: state.paths, pathsBase64: state.pathsBase64 })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    say(`${t('restore.notResumed')} ${explain(error)}`, 'bad')
  }
}

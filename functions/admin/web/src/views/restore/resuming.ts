import { useEffect } from 'preact/hooks'

import { ApiError, read } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { address } from '../../router'
import { signInAddress } from '../../shell/signedout'
import { explain, say } from '../../ui'

import { forget, resume, suspend, type Suspended } from './resume'

let resumed: Suspended | undefined

/** Goes to sign in afresh and comes back into the dialog, as it is now. */
export function leaveToSignIn(state: Suspended): void {
  suspend(sessionStorage, state, address.peek().path, Date.now())
  // Who comes back by the browser's button finds the dialog still open.
  addEventListener('pageshow', (event) => event.persisted && forget(sessionStorage), { once: true })
  location.assign(signInAddress({ fresh: true }))
}

/** Opens the dialog again that was left to sign in. */
export function useResumedDialog(): void {
  useEffect(() => {
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
    if (state.dialog === 'undo') {
      const operation = await read.operation(state.operation)
      openDialog({ name: 'undo', operation })
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

import type { ComponentName } from '../../api'
import { t } from '../../i18n'
import { Notice, TextField } from '../../ui'

import { confirms } from './confirm'
import { BusyNow, Refused, RunState, SignInFirst } from './follow'
import type { Plan } from './plan'
import { isFresh, partNames } from './preview'
import type { Run } from './run'

/** Asks for the word that starts the restore. */
export function Confirm(props: {
  components: ComponentName[]
  plan: Plan | undefined
  dry: Run
  safety: boolean
  run: Run
  typed: string
  setTyped: (typed: string) => void
  onSubmit: () => void
  onSignIn: () => void
}) {
  const word = t('restore.word')
  const { error } = props.run
  const stale = error?.needsFreshSignIn === true || !isFresh()
  return (
    <form
      id="restore-confirm" class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (confirms(props.typed, word)) props.onSubmit()
      }}
    >
      <Notice tone={props.safety ? 'warn' : 'bad'} title={t('restore.willReplace', { parts: partNames(props.components) })}>
        <Summary {...props} />
        <p>{t(props.safety ? 'restore.canUndo' : 'restore.cannotUndo')}</p>
      </Notice>
      {!error && <BusyNow />}
      {stale && <SignInFirst text={t('restore.freshConfirm')} refused={error !== undefined} onSignIn={props.onSignIn} />}
      {error && !error.needsFreshSignIn && <Refused error={error} />}
      <TextField
        label={t('restore.typeWord', { word })} value={props.typed} onInput={props.setTyped} required
        hint={t('restore.typeHint')}
      />
    </form>
  )
}

/** What is going to change, in one line; after a sign-in it may have to be read again. */
function Summary(props: { plan: Plan | undefined; dry: Run }) {
  const { plan } = props
  if (!plan) return <RunState run={props.dry} label={t('restore.planning')} />
  return (
    <p>
      {plan.written > 0 && t('restore.writes', { count: plan.written })}{' '}
      {plan.removed > 0 && t('restore.removes', { count: plan.removed })}{' '}
      {plan.attributes > 0 && t('restore.attributes', { count: plan.attributes })}
      {plan.different === 0 && t('restore.sameText')}
    </p>
  )
}

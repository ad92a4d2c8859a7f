import { useEffect } from 'preact/hooks'

import { change, type Operation } from '../../api'
import { t } from '../../i18n'
import { dateTime } from '../../i18n/format'
import { Button, Dialog, Notice } from '../../ui'

import { BusyNow, Refused, RunState, SignInFirst } from './follow'
import { isFresh } from './preview'
import { ResultActions, RestoreResult, undoable } from './result'
import { leaveToSignIn } from './resuming'
import { useRun, type Run } from './run'
import { Step } from './steps'

interface Undoing {
  operation: Operation
  run: Run
  undo: () => void
  onClose: () => void
}

/** Takes a restore back. */
export function UndoDialog(props: { operation: Operation; start: boolean; onClose: () => void }) {
  const { operation, onClose } = props
  const run = useRun({ verb: 'restore', dryRun: false, undoOf: operation.id })
  const undo = () => run.start(() => change.undo(operation.id))
  useEffect(() => {
    if (props.start) undo()
  }, [])
  const u: Undoing = { operation, run, undo, onClose }
  const asking = run.phase === 'idle' || run.phase === 'refused'
  return (
    <Dialog
      title={t('restore.undoTitle')} tone={asking ? 'danger' : 'plain'} onClose={onClose}
      locked={run.phase === 'sending' || run.phase === 'running'} actions={actionsOf(u)}
    >
      {asking ? <Ask {...u} /> : <Progress {...u} />}
    </Dialog>
  )
}

function Ask({ operation, run }: Undoing) {
  if (!undoable(operation)) {
    return <Notice tone="warn" title={t('restore.notUndoable')}><p>{t('restore.notUndoableText')}</p></Notice>
  }
  const { error } = run
  const signIn = () => leaveToSignIn({ dialog: 'undo', operation: operation.id })
  return (
    <>
      <p>{t('restore.undoText')}</p>
      <dl class="facts">
        <div>
          <dt>{t('restore.undoWhat')}</dt>
          <dd>
            {dateTime(operation.created_at)} <span class="muted outside">{operation.created_by}</span>
          </dd>
        </div>
        <div>
          <dt>{t('restore.undoTo')}</dt>
          <dd class="mono">{operation.restore?.safety_backup}</dd>
        </div>
      </dl>
      <p>{t('restore.undoSafety')}</p>
      {!error && <BusyNow />}
      {(error?.needsFreshSignIn || !isFresh()) && (
        <SignInFirst text={t('restore.freshConfirm')} refused={error !== undefined} onSignIn={signIn} />
      )}
      {error && !error.needsFreshSignIn && <Refused error={error} />}
    </>
  )
}

function Progress({ run }: Undoing) {
  if (run.phase === 'ended' && run.operation) {
    return (
      <Step title="restore.head.result">
        <RestoreResult operation={run.operation} />
      </Step>
    )
  }
  return (
    <Step title={run.phase === 'unknown' ? 'restore.head.unknown' : 'restore.head.undo'}>
      <RunState run={run} label={t('restore.head.undo')} />
    </Step>
  )
}

function actionsOf({ operation, run, undo, onClose }: Undoing) {
  switch (run.phase) {
    case 'sending':
    case 'running':
      return null
    case 'ended':
      return run.operation ? <ResultActions operation={run.operation} onClose={onClose} /> : null
    case 'unknown':
      return (
        <>
          {run.neverBegan && <Button onClick={run.reset}>{t('restore.back')}</Button>}
          <Button kind="primary" onClick={onClose}>
            {t('common.close')}
          </Button>
        </>
      )
    default:
      return (
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="danger" icon="undo" disabled={!undoable(operation)} onClick={undo}>
            {t('restore.undoStart')}
          </Button>
        </>
      )
  }
}

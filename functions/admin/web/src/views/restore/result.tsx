import type { Operation } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { duration } from '../../i18n/format'
import { href } from '../../router'
import { isAdmin } from '../../store'
import { Button, Notice } from '../../ui'

import { Sentences } from './follow'
import { planOf } from './plan'
import { PlanTable } from './plantable'

/** How a restore, or the undo of one, has ended. */
export function RestoreResult({ operation }: { operation: Operation }) {
  const plan = planOf(operation)
  const whole = operation.status === 'completed'
  return (
    <>
      <Outcome operation={operation} />
      <Sentences tone="bad" title={t('restore.errors')} lines={operation.errors} />
      {whole && plan && <PlanTable plan={plan} done />}
      <Sentences tone="warn" title={t('restore.warnings')} lines={operation.warnings} />
      <dl class="facts">
        {operation.restore?.duration_ms !== undefined && (
          <div>
            <dt>{t('restore.took')}</dt>
            <dd>{duration(Math.max(1000, operation.restore.duration_ms))}</dd>
          </div>
        )}
        <SafetyFact operation={operation} />
      </dl>
    </>
  )
}

function Outcome({ operation }: { operation: Operation }) {
  const undo = operation.undo_of !== undefined
  switch (operation.status) {
    case 'completed':
      return (
        <Notice tone="good" role="status" title={t(undo ? 'restore.undone' : 'restore.done')}>
          <p>{t(undo ? 'restore.undoneText' : 'restore.doneText')}</p>
        </Notice>
      )
    case 'cancelled':
      return <Notice tone="warn" role="status" title={t('restore.cancelled')}><p>{t('restore.cancelledText')}</p></Notice>
    case 'partial':
      return <Notice tone="warn" role="status" title={t('restore.partial')} />
    default:
      return <Notice tone="bad" role="alert" title={t(undo ? 'restore.undoFailed' : 'restore.failed')} />
  }
}

function SafetyFact({ operation }: { operation: Operation }) {
  const safety = operation.restore?.safety_backup
  return (
    <div>
      <dt>{t('restore.safetyBackup')}</dt>
      <dd>
        {safety ? (
          <a class="mono" href={href({ name: 'details', id: safety })}>
            {safety}
          </a>
        ) : (
          t('restore.safetyNone')
        )}
      </dd>
    </div>
  )
}

/** Whether the state before a restore can be brought back. */
export function undoable(operation: Operation): boolean {
  const ended = operation.status === 'completed' || operation.status === 'partial' || operation.status === 'failed'
  const before = operation.restore?.safety_backup !== undefined && operation.restore.safety_backup !== ''
  return ended && !operation.restore?.dry_run && before && (operation.undoable ?? true)
}

/** The buttons below a result: close, reload, and one click that takes it back. */
export function ResultActions({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const changedSomething = operation.status === 'completed' || operation.status === 'partial'
  return (
    <>
      {isAdmin.value && undoable(operation) && (
        <Button icon="undo" onClick={() => openDialog({ name: 'undo', operation, start: true })}>
          {t(operation.undo_of ? 'restore.undoAgain' : 'restore.undo')}
        </Button>
      )}
      {changedSomething && (
        <Button icon="refresh" onClick={() => location.reload()}>
          {t('error.reload')}
        </Button>
      )}
      <Button kind="primary" onClick={onClose}>
        {t('restore.finish')}
      </Button>
    </>
  )
}

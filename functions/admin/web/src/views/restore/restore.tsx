import { useEffect, useId, useState } from 'preact/hooks'

import { change, type Backup, type ComponentName } from '../../api'
import { t } from '../../i18n'
import { dateTime } from '../../i18n/format'
import { Ago, Button, Dialog, Icon, KindLabel, StatusBadge } from '../../ui'

import { componentsOf, firstChoice, isSelective, requestOf, type Choice, type Entries } from './choice'
import { Choose } from './choose'
import { Confirm } from './confirmation'
import { confirms } from './confirm'
import { RunState } from './follow'
import { planOf } from './plan'
import { isFresh, Preview } from './preview'
import { ResultActions, RestoreResult } from './result'
import { leaveToSignIn, takeResumed } from './resuming'
import { useRun, type Run } from './run'
import { Step, Steps, type StepName } from './steps'
import { useRestoreTest, type Tested } from './test'

type Chosen = Exclude<StepName, 'run' | 'result'>

interface Restoring {
  backup: Backup
  entries: Entries
  components: ComponentName[]
  choice: Choice
  setChoice: (choice: Choice) => void
  step: StepName
  go: (step: Chosen) => void
  typed: string
  setTyped: (typed: string) => void
  test: Tested
  dry: Run
  foretell: () => void
  run: Run
  restore: () => void
  signIn: () => void
  onClose: () => void
}

/** Restores a backup, or some of its entries. */
export function RestoreDialog(props: { backup: Backup; paths: string[]; pathsBase64: string[]; onClose: () => void }) {
  const r = useRestoring(props)
  return (
    <Dialog
      title={t('restore.title')} size="large" tone={r.step === 'confirm' ? 'danger' : 'plain'}
      locked={r.run.phase === 'sending' || r.run.phase === 'running'} onClose={props.onClose} actions={actionsOf(r)}
    >
      <Steps at={r.step} />
      <About backup={props.backup} />
      <Body {...r} />
    </Dialog>
  )
}

function useRestoring(props: { backup: Backup; paths: string[]; pathsBase64: string[]; onClose: () => void }): Restoring {
  const { backup } = props
  const entries: Entries = { paths: props.paths, pathsBase64: props.pathsBase64 }
  const [resumed] = useState(() => takeResumed('restore'))
  const [chosen, go] = useState<Chosen>(resumed?.step ?? 'choose')
  const [choice, setChoice] = useState(resumed?.choice ?? firstChoice)
  const [typed, setTyped] = useState('')
  const test = useRestoreTest(backup.id, chosen !== 'choose')
  const dry = useRun({ verb: 'restore', backup: backup.id, dryRun: true })
  const run = useRun({ verb: 'restore', backup: backup.id, dryRun: false })
  const foretell = () => dry.start(() => change.restore(requestOf(backup, choice, entries, true)))
  useEffect(() => {
    if (resumed?.dryRun !== undefined) dry.follow(resumed.dryRun)
    else if (resumed) foretell()
  }, [])
  const step = stepOf(chosen, run)
  return {
    backup, entries, components: componentsOf(backup, choice, entries), choice, setChoice, step, go, typed, setTyped,
    test, dry, foretell, run,
    restore: () => run.start(() => change.restore(requestOf(backup, choice, entries, false))),
    signIn: () =>
      leaveToSignIn({
        dialog: 'restore', backup: backup.id, ...entries, choice, step: chosen === 'confirm' ? 'confirm' : 'preview',
        ...(dry.phase === 'ended' && dry.operation && { dryRun: dry.operation.id }),
      }),
    onClose: props.onClose,
  }
}

function stepOf(chosen: Chosen, run: Run): StepName {
  switch (run.phase) {
    case 'idle':
    case 'refused':
      return chosen
    case 'ended':
      return 'result'
    default:
      return 'run'
  }
}

/** Which backup this is about. */
function About({ backup }: { backup: Backup }) {
  return (
    <div class="about">
      <KindLabel kind={backup.type} />
      <span>
        {dateTime(backup.created_at)} <span class="muted">(<Ago time={backup.created_at} />)</span>
      </span>
      <StatusBadge record={backup} />
      <span class="mono small muted">{backup.id}</span>
      {backup.note && <span class="outside about-note row-note">{backup.note}</span>}
    </div>
  )
}

function Body(r: Restoring) {
  switch (r.step) {
    case 'choose':
      return (
        <Step title="restore.head.choose">
          <Choose backup={r.backup} entries={r.entries} choice={r.choice} onChange={r.setChoice} />
        </Step>
      )
    case 'preview':
      return (
        <Step title="restore.head.preview">
          <Preview
            {...r} safety={r.choice.safety} selective={isSelective(r.entries)}
            onSignIn={r.signIn} onRetry={r.foretell}
          />
        </Step>
      )
    case 'confirm':
      return (
        <Step title="restore.head.confirm">
          <Confirm
            {...r} safety={r.choice.safety} plan={planOf(r.dry.operation)} dry={r.dry} onSubmit={r.restore}
            onSignIn={r.signIn}
          />
        </Step>
      )
    case 'run':
      return (
        <Step title={r.run.phase === 'unknown' ? 'restore.head.unknown' : 'restore.head.run'}>
          <RunState run={r.run} label={t('restore.head.run')} />
        </Step>
      )
    case 'result':
      return (
        <Step title="restore.head.result">
          {r.run.operation && <RestoreResult operation={r.run.operation} />}
        </Step>
      )
  }
}

/** Returns the buttons of a step; while it runs there is none. */
function actionsOf(r: Restoring) {
  switch (r.step) {
    case 'choose':
      return <ChooseActions {...r} />
    case 'preview':
      return <PreviewActions {...r} />
    case 'confirm':
      return <ConfirmActions {...r} />
    case 'run':
      return r.run.phase === 'unknown' ? <UnknownActions {...r} /> : null
    case 'result':
      return r.run.operation ? <ResultActions operation={r.run.operation} onClose={r.onClose} /> : null
  }
}

function ChooseActions(r: Restoring) {
  const next = () => {
    r.go('preview')
    r.dry.reset()
    if (isFresh()) r.foretell()
  }
  return (
    <>
      <Button onClick={r.onClose}>{t('common.cancel')}</Button>
      <Button kind="primary" onClick={next}>
        {t('restore.next')} <Icon name="arrow" />
      </Button>
    </>
  )
}

function PreviewActions(r: Restoring) {
  const plan = r.dry.phase === 'ended' && r.dry.operation?.status !== 'failed' ? planOf(r.dry.operation) : undefined
  const tested = r.test.answer !== undefined || r.test.error !== undefined
  const why = useId()
  const ready = plan !== undefined && tested
  return (
    <>
      <Button onClick={() => r.go('choose')}>{t('restore.back')}</Button>
      {!ready && (
        <span id={why} class="visually-hidden">
          {t('restore.notReady')}
        </span>
      )}
      <Button kind="primary" disabled={!ready} describedBy={why} onClick={() => r.go('confirm')}>
        {t('restore.toConfirm')} <Icon name="arrow" />
      </Button>
    </>
  )
}

function ConfirmActions(r: Restoring) {
  return (
    <>
      <Button onClick={() => (r.run.reset(), r.go('preview'))}>{t('restore.back')}</Button>
      <Button kind="danger" icon="restore" type="submit" form="restore-confirm" disabled={!confirms(r.typed, t('restore.word'))}>
        {t('restore.start')}
      </Button>
    </>
  )
}

function UnknownActions(r: Restoring) {
  return (
    <>
      {r.run.neverBegan && (
        <Button onClick={() => (r.setTyped(''), r.run.reset())}>{t('restore.backToConfirm')}</Button>
      )}
      <Button kind="primary" onClick={r.onClose}>
        {t('common.close')}
      </Button>
    </>
  )
}

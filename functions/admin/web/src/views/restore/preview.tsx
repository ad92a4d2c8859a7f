import type { Backup, ComponentName, RestoreTestAnswer } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { duration, list, size } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { knownUser, newestBackups, newestOperations } from '../../store'
import { Button, ErrorState, Icon, Loading, Notice } from '../../ui'

import { Fold, LongList, RunState, Sentences, SignInFirst } from './follow'
import { planOf, safetyKind, timeNeeded, type Plan } from './plan'
import { PlanTable } from './plantable'
import type { Run } from './run'
import type { Tested } from './test'

/** Shows what a restore would do, before anything is done. */
export function Preview(props: {
  backup: Backup
  components: ComponentName[]
  safety: boolean
  selective: boolean
  test: Tested
  dry: Run
  onSignIn: () => void
  onRetry: () => void
}) {
  return (
    <>
      <TestResult backup={props.backup} test={props.test} />
      <Foretold {...props} />
    </>
  )
}

function Foretold(props: Parameters<typeof Preview>[0]) {
  const { dry } = props
  if (dry.phase === 'idle' || dry.error?.needsFreshSignIn) {
    return <SignInFirst text={t('restore.freshPreview')} refused={dry.error !== undefined} onSignIn={props.onSignIn} />
  }
  if (dry.phase !== 'ended') {
    return <RunState run={dry} label={t('restore.planning')} onRetry={props.onRetry} />
  }
  const plan = planOf(dry.operation)
  if (!dry.operation || !plan || dry.operation.status === 'failed') return <NoPlan {...props} />
  return (
    <>
      <Consequences {...props} plan={plan} />
      <Sentences tone="warn" title={t('restore.warnings')} lines={dry.operation.warnings} />
    </>
  )
}

function NoPlan(props: { dry: Run; onRetry: () => void }) {
  return (
    <>
      <Sentences tone="bad" role="alert" title={t('restore.noPlan')} lines={props.dry.operation?.errors ?? []} />
      <div>
        <Button small icon="refresh" onClick={props.onRetry}>
          {t('common.retry')}
        </Button>
      </div>
    </>
  )
}

function Consequences(props: Parameters<typeof Preview>[0] & { plan: Plan }) {
  const { plan } = props
  if (plan.different === 0) {
    return <Notice tone="good" title={t('restore.same')}><p>{t('restore.sameText')}</p></Notice>
  }
  return (
    <>
      <p>
        <strong>{t('restore.different', { count: plan.different })}</strong>{' '}
        {t(props.selective ? 'restore.nothingRemoved' : plan.removed > 0 ? 'restore.extraRemoved' : 'restore.noExtra')}
      </p>
      <PlanTable plan={plan} done={false} />
      <Needs {...props} />
    </>
  )
}

/** Space, time and the safety backup. */
function Needs(props: Parameters<typeof Preview>[0] & { plan: Plan }) {
  const kind = props.safety ? safetyKind(props.components) : undefined
  const ms = timeNeeded(props.plan, props.dry.operation?.restore?.duration_ms ?? 0, kind, {
    backups: newestBackups.state.value.data?.backups ?? [],
    operations: newestOperations.state.value.data?.operations ?? [],
  })
  const available = props.test.answer?.details.available_space_mb
  return (
    <dl class="facts">
      <div>
        <dt>{t('restore.space')}</dt>
        <dd>
          {size(props.plan.requiredBytes)}
          {available !== undefined && <span class="muted"> · {t('restore.spaceFree', { size: size(available * 2 ** 20) })}</span>}
        </dd>
      </div>
      <div>
        <dt>{t('restore.time')}</dt>
        <dd>{ms === undefined ? t('restore.timeUnknown') : t('restore.about', { time: duration(ms) })}</dd>
      </div>
      <div>
        <dt>{t('restore.safetyBackup')}</dt>
        <dd>{kind ? t(`restore.safetyOf.${kind}`) : t('restore.safetyNone')}</dd>
      </div>
    </dl>
  )
}

const tests = ['file_exists', 'checksum_valid', 'archive_readable', 'disk_space_available'] as const

function TestResult({ backup, test }: { backup: Backup; test: Tested }) {
  if (test.error) return <ErrorState error={test.error} title={t('restore.testFailed')} onRetry={test.again} />
  if (!test.answer) return <Loading label={t('restore.testing')} />
  const { answer } = test
  if (answer.can_restore) {
    return (
      <Fold summary={<Passed text={t('restore.testPassed')} />}>
        <Tests answer={answer} />
      </Fold>
    )
  }
  return (
    <Notice tone="bad" title={t('restore.testNotPassed')} role="alert">
      <Tests answer={answer} />
      <LongList lines={answer.problems.map(serverText)} />
      <p>{t('restore.testNotPassedText')}</p>
      <Button small icon="shield" onClick={() => openDialog({ name: 'verify', backup })}>
        {t('restore.verifyInstead')}
      </Button>
    </Notice>
  )
}

function Passed({ text }: { text: string }) {
  return (
    <span class="passed">
      <Icon name="check" size={18} /> {text}
    </span>
  )
}

function Tests({ answer }: { answer: RestoreTestAnswer }) {
  return (
    <ul class="checks">
      {tests.map((name) => (
        <li key={name} class={answer.tests[name] ? 'good' : 'bad'}>
          <Icon name={answer.tests[name] ? 'check' : 'cross'} size={18} />
          <span>
            {t(`restore.test.${name}`)}
            <span class="visually-hidden">: {t(answer.tests[name] ? 'common.yes' : 'common.no')}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Whether the sign-in is recent enough, as far as the page knows. */
export function isFresh(): boolean {
  return knownUser.value?.fresh === true
}

/** Names parts in a sentence. */
export function partNames(components: ComponentName[]): string {
  return list(components.map((c) => t(`restore.object.${c}`)))
}

import { useId, useState } from 'preact/hooks'

import { change, type Backup, type Operation, type Progress } from '../../api'
import { t, type Key } from '../../i18n'
import { count, duration, percent, rate, size } from '../../i18n/format'
import { href } from '../../router'
import { isAdmin, type Running } from '../../store'
import { Ago, Button, Dialog, ErrorState, Icon, ProgressBar, useChange, type IconName } from '../../ui'

import { shareOf, type Speed } from './rate'
import { useSpeed } from './speed'

/** How far a backup or an operation is, with a way to cancel it. */
export function ProgressPanel({ running }: { running: Running }) {
  const { value } = running
  const { progress } = value
  const title = useId()
  const speed = useSpeed(value.id, progress)
  const share = shareOf(progress)
  const name = titleOf(running)
  return (
    <article class="card progress" aria-labelledby={title} data-id={value.id}>
      <div class="progress-head">
        <Icon name={iconOf(running)} size={24} />
        <div class="progress-title">
          <h2 id={title}>
            <a href={addressOf(running)}>{name}</a>
          </h2>
          <p class="muted small">
            <Begun value={value} />
          </p>
        </div>
        {isAdmin.value && <CancelButton running={running} />}
      </div>
      <ProgressBar share={share} label={name} text={`${phaseText(value)}, ${share === undefined ? t('progress.uncounted') : percent(share)}`} />
      <p class="progress-numbers">
        <span class="progress-phase outside">{phaseText(value)}</span>
        {share !== undefined && <span class="numeric">{percent(share)}</span>}
        <Done progress={progress} />
        <Rate speed={speed} progress={progress} />
      </p>
    </article>
  )
}

/** Names what goes on. */
export function titleOf(running: Running): string {
  if (running.record === 'backup') return t(`progress.create.${running.value.type}`)
  const { verb, undo_of: undo, restore } = running.value
  if (undo) return t('verb.undo')
  return verb === 'restore' && restore?.dry_run ? t('progress.trial') : t(`verb.${verb}`)
}

function addressOf({ record, value }: Running): string {
  return href({ name: record === 'backup' ? 'details' : 'operation', id: value.id })
}

const icons: Record<Operation['verb'], IconName> = {
  restore: 'restore', verify: 'shield', rotate: 'trash', reencrypt: 'lock', export: 'download',
}

function iconOf(running: Running): IconName {
  return running.record === 'operation' ? icons[running.value.verb] : 'layers'
}

/** Who or what began it, and when. */
function Begun({ value }: { value: Backup | Operation }) {
  const reason = 'reason' in value ? value.reason : undefined
  return (
    <>
      <Ago time={value.created_at} />
      {reason === 'schedule' || value.created_by.startsWith('schedule') ? ` · ${t('progress.bySchedule')}` : value.created_by && (
        <>
          {' · '}
          <span class="outside">{value.created_by}</span>
        </>
      )}
      {reason === 'pre-restore' && ` · ${t('reason.pre-restore')}`}
    </>
  )
}

const phases: Record<string, Key> = {
  '': 'progress.phase.waiting',
  plan: 'progress.phase.plan',
  copy: 'progress.phase.copy',
  commit: 'progress.phase.commit',
  'safety backup': 'progress.phase.safety',
  verify: 'progress.phase.verify',
  drill: 'progress.phase.drill',
  remove: 'progress.phase.remove',
  sweep: 'progress.phase.sweep',
  repack: 'progress.phase.repack',
  reencrypt: 'progress.phase.reencrypt',
  export: 'progress.phase.export',
  done: 'progress.phase.done',
}

/** Says what is being done. A phase that is not known is shown as it is. */
export function phaseText(value: Pick<Backup | Operation, 'progress' | 'cancel_requested'>): string {
  if (value.cancel_requested) return t('progress.cancelling')
  const { phase } = value.progress
  const key = Object.hasOwn(phases, phase) ? phases[phase] : undefined
  return key ? t(key) : phase
}

function Done({ progress: p }: { progress: Progress }) {
  const of = (done: string, total: string | undefined) => (total === undefined ? done : t('progress.of', { done, total }))
  return (
    <>
      {(p.done_bytes > 0 || p.total_bytes > 0) && (
        <span class="numeric">{of(size(p.done_bytes), p.total_bytes > 0 ? size(p.total_bytes) : undefined)}</span>
      )}
      {(p.done_files > 0 || p.total_files > 0) && (
        <span class="numeric">
          {p.total_files > 0
            ? t('progress.filesOf', { done: count(p.done_files), count: p.total_files })
            : t('count.files', { count: p.done_files })}
        </span>
      )}
    </>
  )
}

function Rate({ speed, progress }: { speed: Speed | undefined; progress: Progress }) {
  if (!speed) return null
  return (
    <>
      {speed.bytesPerSecond > 0 && <span class="numeric">{rate(speed.bytesPerSecond)}</span>}
      {speed.bytesPerSecond === 0 && speed.filesPerSecond > 0 && (
        <span class="numeric">{t('common.perSecond', { amount: count(Math.round(speed.filesPerSecond)) })}</span>
      )}
      {speed.left !== undefined && progress.phase !== 'commit' && <span class="numeric">{t('progress.left', { time: duration(speed.left) })}</span>}
    </>
  )
}

/** Asks before it cancels, since what was done so far is lost. */
function CancelButton({ running }: { running: Running }) {
  const { value } = running
  const [asking, setAsking] = useState(false)
  const cancel = useChange(change.cancel)
  const close = () => {
    setAsking(false)
    cancel.reset()
  }
  // What was refused does not stop, so nothing promises it any more.
  const refused = cancel.error?.status === 409
  const late = running.record === 'operation' && running.value.verb === 'restore' && value.progress.phase === 'commit'
  const hint = useId()
  return (
    <>
      <Button
        small icon="ban" popup="dialog" busy={value.cancel_requested ?? false} disabled={late} onClick={() => setAsking(true)}
        {...(late && { describedBy: hint })}
      >
        {t(value.cancel_requested ? 'progress.cancelling' : 'progress.cancel')}
      </Button>
      {late && (
        <span id={hint} class="progress-late muted small">
          {t('progress.late')}
        </span>
      )}
      {asking && (
        <Dialog
          title={t('progress.cancelTitle')} size="small" onClose={close}
          actions={
            <>
              <Button onClick={close}>{t(refused ? 'common.close' : 'progress.keep')}</Button>
              {!refused && (
                <Button
                  kind="danger" icon="ban" busy={cancel.busy}
                  onClick={() => void cancel.run(value.id).then((answer) => answer && close())}
                >
                  {t('progress.doCancel')}
                </Button>
              )}
            </>
          }
        >
          <p>{titleOf(running)}</p>
          {!refused && <p>{t(`progress.cancel.${running.record === 'backup' ? 'create' : running.value.verb}`)}</p>}
          {cancel.error && <ErrorState error={cancel.error} />}
        </Dialog>
      )}
    </>
  )
}

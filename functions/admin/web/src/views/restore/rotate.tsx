import { useEffect, useState } from 'preact/hooks'

import { change, type Operation } from '../../api'
import { openedDialog } from '../../dialogs'
import { t } from '../../i18n'
import { dateTime, size } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href } from '../../router'
import { newestBackups, stats } from '../../store'
import { Badge, Button, Dialog, Notice, TextField } from '../../ui'

import { Fold, RunState, Sentences } from './follow'
import { mostKept, readLimit, rowsOf, safetyUntil, type Row } from './rotation'
import { useRun, type Run } from './run'
import { Step } from './steps'

type Rotation = NonNullable<Operation['rotate']>

interface Rotating {
  limit: string
  setLimit: (limit: string) => void
  plan: Run
  run: Run
  foretell: () => void
  rotate: () => void
  onClose: () => void
}

/** Applies the retention policy: shows its plan first. */
export function RotateDialog({ onClose, ...given }: { limit: string; onClose: () => void }) {
  const [limit, setLimit] = useState(given.limit)
  const [planned, setPlanned] = useState<number | undefined>(undefined)
  const plan = useRun({ verb: 'rotate', dryRun: true })
  const run = useRun({ verb: 'rotate', dryRun: false })
  const foretell = () => {
    const wanted = readLimit(limit)
    if (wanted === null) return
    setPlanned(wanted)
    openedDialog.value = { name: 'rotate', limit } // what a sign-in comes back to
    plan.reset()
    plan.start(() => change.rotate({ dry_run: true, ...(wanted !== undefined && { max_backups: wanted }) }))
  }
  useEffect(foretell, [])
  const rotate = () => run.start(() => change.rotate(planned === undefined ? {} : { max_backups: planned }))
  const r: Rotating = { limit, setLimit, plan, run, foretell, rotate, onClose }
  return (
    <Dialog
      title={t('rotate.title')} size="large" onClose={onClose}
      locked={run.phase === 'sending'} actions={actionsOf(r)}
    >
      <Body {...r} />
    </Dialog>
  )
}

function Body(r: Rotating) {
  switch (r.run.phase) {
    case 'idle':
      return <Plan {...r} />
    case 'refused':
      return <RunState run={r.run} label={t('rotate.head.run')} />
    case 'ended':
      return r.run.operation ? <Result operation={r.run.operation} /> : null
    default:
      return (
        <Step title="rotate.head.run">
          <RunState run={r.run} label={t('rotate.head.run')} />
        </Step>
      )
  }
}

function Plan(r: Rotating) {
  const { plan } = r
  const rotation = plan.phase === 'ended' ? plan.operation?.rotate : undefined
  return (
    <>
      <p>{t('rotate.text')}</p>
      <Limit {...r} />
      {rotation ? (
        <Lists rotation={rotation} />
      ) : (
        plan.phase !== 'ended' && <RunState run={plan} label={t('rotate.planning')} onRetry={r.foretell} />
      )}
      {plan.phase === 'ended' && <Sentences tone="bad" role="alert" title={t('rotate.noPlan')} lines={plan.operation?.errors ?? []} />}
    </>
  )
}

function Limit(r: Rotating) {
  const configured = stats.state.value.data?.max_backups
  const wrong = readLimit(r.limit) === null
  return (
    <form
      class="limit"
      onSubmit={(event) => {
        event.preventDefault()
        r.foretell()
      }}
    >
      <TextField
        label={t('rotate.limit')} value={r.limit} onInput={r.setLimit} maxLength={4}
        placeholder={configured === undefined ? '' : String(configured)}
        hint={configured === undefined ? t('rotate.limitHint') : t('rotate.limitHintOf', { count: configured })}
        error={wrong ? t('rotate.limitWrong', { most: mostKept }) : undefined}
      />
      <Button type="submit" icon="refresh" disabled={wrong} busy={r.plan.phase === 'sending' || r.plan.phase === 'running'}>
        {t('rotate.recalculate')}
      </Button>
    </form>
  )
}

/** What goes, and what stays and why. */
function Lists({ rotation }: { rotation: Rotation }) {
  const { goes, stays } = rowsOf(rotation, newestBackups.state.value.data?.backups ?? [])
  return (
    <>
      <Summary rotation={rotation} goes={goes.length} stays={stays.length} />
      {goes.length > 0 && (
        <section class="stack" aria-label={t('rotate.goes')}>
          <h3>{t('rotate.goes')}</h3>
          <Rows rows={goes} reason={() => t('rotate.noReason')} />
        </section>
      )}
      <section class="stack" aria-label={t('rotate.stays')}>
        <h3>{t('rotate.stays')}</h3>
        <Rows rows={stays} reason={(row) => row.reasons.map(reasonText).join('; ')} />
      </section>
    </>
  )
}

function Summary(props: { rotation: Rotation; goes: number; stays: number }) {
  const { rotation } = props
  const rest = rotation.swept_objects > 0 || rotation.repacked_archives > 0
  if (props.goes === 0 && !rest) {
    return <Notice tone="good" role="status" title={t('rotate.nothing')}><p>{t('rotate.nothingText')}</p></Notice>
  }
  return (
    <Notice tone={props.goes > 0 ? 'warn' : 'accent'} role="status" title={t('rotate.wouldRemove', { count: props.goes })}>
      <p>
        {t('rotate.wouldKeep', { count: props.stays })} {t('rotate.wouldFree', { size: size(rotation.freed_bytes) })}
      </p>
      {rest && <p class="small">{t('rotate.leftovers', { size: size(rotation.swept_bytes + rotation.repacked_bytes) })}</p>}
    </Notice>
  )
}

/** Says a reason of the policy; times in the browser's own zone. */
function reasonText(reason: string): string {
  const until = safetyUntil(reason)
  return until === undefined ? serverText(reason) : t('rotate.safetyUntil', { time: dateTime(until) })
}

const shown = 12

function Rows({ rows, reason }: { rows: Row[]; reason?: (row: Row) => string }) {
  if (rows.length === 0) return <p class="muted">{t('common.none')}</p>
  return (
    <>
      <ul class="backup-rows">{rows.slice(0, shown).map((row) => <RowItem key={row.id} row={row} reason={reason?.(row)} />)}</ul>
      {rows.length > shown && (
        <Fold summary={t('restore.andMore', { count: rows.length - shown })}>
          <ul class="backup-rows">{rows.slice(shown).map((row) => <RowItem key={row.id} row={row} reason={reason?.(row)} />)}</ul>
        </Fold>
      )}
    </>
  )
}

/** One backup; one that is gone has no reason and no page any more. */
function RowItem({ row, reason }: { row: Row; reason: string | undefined }) {
  return (
    <li>
      <span class="backup-name">
        {row.kind && t(`kind.${row.kind}`)}
        {row.time !== undefined && <span class="muted"> {dateTime(row.time)}</span>}
        {row.backup?.pinned && (
          <Badge icon="pin" tone="accent">
            {t('rotate.pinned')}
          </Badge>
        )}
      </span>
      {reason === undefined ? (
        <span class="mono small muted">{row.id}</span>
      ) : (
        <>
          <a class="mono small" href={href({ name: 'details', id: row.id })} target="_blank" rel="noopener">
            {row.id}
          </a>
          <span class="reason outside">{reason}</span>
        </>
      )}
    </li>
  )
}

function Result({ operation }: { operation: Operation }) {
  const rotation = operation.rotate
  const well = operation.status === 'completed'
  return (
    <Step title="rotate.head.result">
      <Notice
        tone={well ? 'good' : operation.status === 'cancelled' ? 'warn' : 'bad'} role={well ? 'status' : 'alert'}
        title={t(well ? 'rotate.done' : operation.status === 'cancelled' ? 'rotate.cancelled' : 'rotate.failed')}
      >
        {rotation && (
          <p>
            {t('rotate.removed', { count: rotation.total_removed })} {t('rotate.freed', { size: size(rotation.freed_bytes) })}
          </p>
        )}
      </Notice>
      <Sentences tone="bad" title={t('restore.errors')} lines={operation.errors} />
      <Sentences tone="warn" title={t('restore.warnings')} lines={operation.warnings} />
      {rotation && rotation.total_removed > 0 && (
        <Rows rows={rowsOf(rotation, newestBackups.state.value.data?.backups ?? []).goes} />
      )}
    </Step>
  )
}

function actionsOf(r: Rotating) {
  const { run, plan } = r
  const close = (
    <Button kind={run.phase === 'idle' ? 'plain' : 'primary'} onClick={r.onClose}>
      {t(run.phase === 'idle' ? 'common.cancel' : 'common.close')}
    </Button>
  )
  if (run.phase === 'refused' || (run.phase === 'unknown' && run.neverBegan)) {
    return (
      <>
        <Button onClick={run.reset}>{t('restore.back')}</Button>
        {close}
      </>
    )
  }
  if (run.phase !== 'idle') return run.phase === 'sending' ? null : close
  const rotation = plan.phase === 'ended' && plan.operation?.status !== 'failed' ? plan.operation?.rotate : undefined
  const goes = rotation?.total_removed ?? 0
  const nothing = goes === 0 && (rotation?.swept_objects ?? 0) === 0 && (rotation?.repacked_archives ?? 0) === 0
  return (
    <>
      {close}
      <Button kind={goes > 0 ? 'danger' : 'primary'} icon="trash" disabled={!rotation || nothing} onClick={r.rotate}>
        {goes > 0 ? t('rotate.start', { count: goes }) : t('rotate.startRest')}
      </Button>
    </>
  )
}

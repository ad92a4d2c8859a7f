import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import type { ApiError, Operation } from '../../api'
import { t } from '../../i18n'
import { clockTime } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href } from '../../router'
import { signInAddress } from '../../shell/signedout'
import { newestOperations, running, type Running } from '../../store'
import { Button, ErrorState, explain, FreshSignIn, LinkButton, Notice, ProgressBar, Stale } from '../../ui'
import { ProgressPanel } from '../progress/panel'

import type { Run } from './run'

/** How far a run is, why it did not begin, or that this is not known. */
export function RunState(props: { run: Run; label: string; onRetry?: () => void }) {
  const { run } = props
  switch (run.phase) {
    case 'sending':
      return <Sending label={props.label} />
    case 'running':
      return run.operation ? (
        <Following run={run} operation={run.operation} />
      ) : run.error ? (
        <ErrorState error={run.error} />
      ) : (
        <Sending label={props.label} />
      )
    case 'unknown':
      return <Unknown run={run} />
    case 'refused':
      return run.error ? <Refused error={run.error} {...(props.onRetry && { onRetry: props.onRetry })} /> : null
    default:
      return null
  }
}

function Sending({ label }: { label: string }) {
  return (
    <div class="follow">
      <ProgressBar share={undefined} label={label} />
      <p class="muted" role="status">
        {t('restore.sending')}
      </p>
    </div>
  )
}

function Following({ operation, run }: { run: Run; operation: Operation }) {
  return (
    <div class="follow">
      <ProgressPanel running={{ record: 'operation', value: operation }} />
      {run.stale?.since !== undefined && <Stale since={run.stale.since} />}
      {run.stale?.error.signedOut && (
        <Notice tone="warn" title={t('session.ended')}>
          <p>{t('restore.goesOn')}</p>
          <LinkButton small icon="user" href={signInAddress({ returnTo: href({ name: 'operation', id: operation.id }) })}>
            {t('session.again')}
          </LinkButton>
        </Notice>
      )}
      <p class="small">
        <a href={href({ name: 'operation', id: operation.id })}>{t('restore.toOperation')}</a>{' '}
        <span class="muted">{t('restore.mayLeave')}</span>
      </p>
    </div>
  )
}

/** Says that no answer came, and looks; nothing is sent again. */
function Unknown({ run }: { run: Run }) {
  const { loading } = newestOperations.state.value
  return (
    <Notice tone="warn" title={run.neverBegan ? t('restore.neverBegan') : t('restore.unknown')} role="alert">
      {run.neverBegan ? <p>{t('restore.neverBeganText')}</p> : <p>{t('restore.unknownText')}</p>}
      {run.lookedAt !== undefined && <p class="muted small">{t('restore.lookedAt', { time: clockTime(run.lookedAt) })}</p>}
      <Button small icon="refresh" busy={loading} onClick={() => newestOperations.refresh()}>
        {t('restore.look')}
      </Button>
    </Notice>
  )
}

/** Says why something did not begin, and what can be done. */
export function Refused({ error, onRetry }: { error: ApiError; onRetry?: () => void }) {
  const conflict = error.status === 409
  return (
    <Notice tone={conflict ? 'warn' : 'bad'} title={t('restore.notBegun')} role="alert">
      <p class="outside">{explain(error)}</p>
      {conflict && <Occupants />}
      <FreshSignIn error={error} />
      {error.signedOut ? (
        <LinkButton small icon="user" href={signInAddress()}>
          {t('session.again')}
        </LinkButton>
      ) : (
        onRetry && !error.needsFreshSignIn && <RetryButton onRetry={onRetry} />
      )}
    </Notice>
  )
}

/** What is working on the backups now, and whether it has ended since. */
function Occupants() {
  const [seen, setSeen] = useState(false)
  const busy = running.value
  useEffect(() => {
    if (busy.length > 0) setSeen(true)
  }, [busy.length > 0])
  if (busy.length === 0) return seen ? <p>{t('restore.freeNow')}</p> : null
  return (
    <ul class="plain-list">
      {busy.map((r) => (
        <li key={r.value.id}>
          <a href={addressOf(r)}>{nameOf(r)}</a>{' '}
          <span class="muted outside">{t('restore.startedBy', { name: r.value.created_by })}</span>
        </li>
      ))}
    </ul>
  )
}

/** Says ahead of a refusal that other work holds the backups: checks and downloads do not. */
export function BusyNow() {
  const holding = running.value.some((r) => r.record === 'backup' || !['verify', 'export'].includes(r.value.verb))
  if (!holding) return null
  return (
    <Notice tone="accent" role="status" title={t('restore.busy')}>
      <p>{t('restore.busyText')}</p>
      <Occupants />
    </Notice>
  )
}

function RetryButton({ onRetry }: { onRetry: () => void }) {
  return (
    <Button small icon="refresh" onClick={onRetry}>
      {t('common.retry')}
    </Button>
  )
}

function addressOf(r: Running): string {
  return r.record === 'backup' ? href({ name: 'details', id: r.value.id }) : href({ name: 'operation', id: r.value.id })
}

function nameOf(r: Running): string {
  return r.record === 'backup' ? t('verb.create') : t(r.value.undo_of ? 'verb.undo' : `verb.${r.value.verb}`)
}

/** What the server says of a run: sentences, shown as text. */
export function Sentences(props: { tone: 'warn' | 'bad'; title: string; lines: readonly string[]; role?: 'alert' }) {
  if (props.lines.length === 0) return null
  return (
    <Notice tone={props.tone} title={props.title} {...(props.role && { role: props.role })}>
      <LongList lines={props.lines.map(serverText)} />
    </Notice>
  )
}

/** Lines of which the first are shown, and the rest when asked for. */
export function LongList(props: { lines: readonly string[]; mono?: boolean }) {
  const first = 8
  const item = (line: string, i: number) => (
    <li key={i} class={props.mono ? 'outside mono' : 'outside'} {...(line.length > 300 && { title: line })}>
      {line}
    </li>
  )
  return (
    <>
      <ul class="plain-list">{props.lines.slice(0, first).map(item)}</ul>
      {props.lines.length > first && (
        <Fold summary={t('restore.andMore', { count: props.lines.length - first })}>
          <ul class="plain-list">{props.lines.slice(first).map(item)}</ul>
        </Fold>
      )}
    </>
  )
}

/** What is shown when it is asked for. */
export function Fold(props: { summary: ComponentChildren; children: ComponentChildren; open?: boolean }) {
  return (
    <details class="fold" open={props.open}>
      <summary>{props.summary}</summary>
      {props.children}
    </details>
  )
}

/** Asks to sign in afresh, since what comes next needs it. */
export function SignInFirst(props: { text: string; onSignIn: () => void; refused: boolean }) {
  return (
    <Notice tone="accent" title={t('restore.fresh')} {...(props.refused && { role: 'alert' as const })}>
      <p>{props.text}</p>
      <Button small kind="primary" icon="user" onClick={props.onSignIn}>
        {t('restore.signIn')}
      </Button>
    </Notice>
  )
}

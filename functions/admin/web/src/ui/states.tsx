import type { ComponentChildren } from 'preact'

import { ApiError } from '../api/client'
import { freshSignIn } from '../dialogs'
import { t } from '../i18n'
import { ago, clockTime, exactTime } from '../i18n/format'
import { serverText } from '../i18n/server'
import type { State } from '../store/resource'

import { Button } from './button'
import { Icon, type IconName } from './icons'

/** Says that there is nothing, and what to do about it. */
export function EmptyState(props: { icon?: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={props.icon ?? 'layers'} size={32} />
      <p class="empty-title">{props.title}</p>
      {props.children && <div class="muted">{props.children}</div>}
    </div>
  )
}

/** Returns what went wrong and what is safe to do, in the page's language. */
export function explain(error: ApiError): string {
  const said = cause(error)
  return error.outcomeUnknown ? `${said} ${t('error.outcomeUnknown')}` : said
}

function cause(error: ApiError): string {
  if (error.signedOut) return t('error.signedOut')
  if (error.problem) return serverText(error.problem.detail)
  switch (error.kind) {
    case 'network':
    case 'timeout':
    case 'parse':
      return t(`error.${error.kind}`)
    default:
      return t(error.status >= 500 ? 'error.server' : 'error.refused', { status: error.status })
  }
}

/** A way to do what is needed when the sign-in was too long ago. */
export function FreshSignIn({ error }: { error: ApiError }) {
  if (!error.needsFreshSignIn) return null
  return (
    <Button small kind="primary" icon="user" onClick={() => freshSignIn.leave()}>
      {t('restore.signIn')}
    </Button>
  )
}

/** Says that something failed, with a way to try it again if that is safe. */
export function ErrorState(props: { error: ApiError; title?: string; onRetry?: () => void }) {
  return (
    <Notice tone="bad" title={props.title ?? t('error.title')} role="alert">
      <p class="outside">{explain(props.error)}</p>
      <FreshSignIn error={props.error} />
      {props.onRetry && !props.error.needsFreshSignIn && (
        <Button small icon="refresh" onClick={props.onRetry}>
          {t('common.retry')}
        </Button>
      )}
    </Notice>
  )
}

const noticeIcons = { good: 'check', warn: 'alert', bad: 'cross', quiet: 'help', accent: 'help' } as const

/** A coloured box that says something important. */
export function Notice(props: {
  tone: keyof typeof noticeIcons
  title?: string
  role?: 'alert' | 'status'
  children?: ComponentChildren
}) {
  return (
    <div class={`notice ${props.tone}`} role={props.role}>
      <Icon name={noticeIcons[props.tone]} />
      <div class="notice-text">
        {props.title && <p class="notice-title">{props.title}</p>}
        {props.children}
      </div>
    </div>
  )
}

/** Says that something is being read. */
export function Loading({ label }: { label?: string }) {
  return (
    <p class="loading" role="status">
      <span class="spinner" /> {label ?? t('common.loading')}
    </p>
  )
}

/**
 * Shows what was read. While there is nothing it says why; what is old because
 * reading fails says how old it is.
 */
export function Loaded<T>(props: { state: State<T>; onRetry?: () => void; children: (data: T) => ComponentChildren }) {
  const { data, error, updatedAt } = props.state
  if (data === undefined) {
    if (error) return <ErrorState error={error} {...(props.onRetry && { onRetry: props.onRetry })} />
    return <Loading />
  }
  return (
    <>
      {error && updatedAt !== undefined && <Stale since={updatedAt} />}
      {props.children(data)}
    </>
  )
}

/** Marks what is below as no longer fresh. */
export function Stale({ since }: { since: number }) {
  return (
    <p class="stale">
      <Icon name="clock" size={16} /> {t('common.asOf', { time: clockTime(since) })}
    </p>
  )
}

/** A time as seen from now; the exact one is a hint. */
export function Ago({ time }: { time: string }) {
  return (
    <time dateTime={time} title={exactTime(time)}>
      {ago(time)}
    </time>
  )
}

import type { ComponentChildren } from 'preact'

import type { Backup, Operation, Status, Verb } from '../api'
import { t } from '../i18n'

import { Icon, type IconName } from './icons'

/** How good or bad something is; each has a colour. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'accent'

/** A word with a colour; the word says it all. */
export function Badge(props: { tone?: Tone; icon?: IconName; title?: string; children: ComponentChildren }) {
  return (
    <span class={`badge ${props.tone ?? 'quiet'}`} title={props.title}>
      {props.icon && <Icon name={props.icon} size={14} />}
      {props.children}
    </span>
  )
}

const looks: Record<Status, { tone: Tone; icon: IconName }> = {
  pending: { tone: 'accent', icon: 'clock' },
  running: { tone: 'accent', icon: 'refresh' },
  completed: { tone: 'good', icon: 'check' },
  partial: { tone: 'warn', icon: 'alert' },
  failed: { tone: 'bad', icon: 'cross' },
  cancelled: { tone: 'quiet', icon: 'ban' },
  deleting: { tone: 'quiet', icon: 'trash' },
}

/** Returns the colour of a status. */
export function toneOf(status: Status): Tone {
  return looks[status].tone
}

/** A backup or an operation, as far as its status goes. */
export interface HasStatus {
  status: Status
  damaged?: Backup['damaged']
  /** Operations have one, backups have not. */
  verb?: Verb
  verify?: Operation['verify']
}

/** Says a status in words. */
export function statusText(record: HasStatus): string {
  if (record.damaged) return t('status.damaged')
  if (record.verify?.valid === false && record.status === 'completed') return t('progress.status.damage')
  return t(record.verb ? `progress.status.${record.status}` : `status.${record.status}`)
}

/** The status of a backup or an operation. */
export function StatusBadge({ record }: { record: HasStatus }) {
  const damage = record.damaged || (record.verify?.valid === false && record.status === 'completed')
  const look = damage ? ({ tone: 'bad', icon: 'alert' } as const) : looks[record.status]
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {statusText(record)}
    </Badge>
  )
}

const kindIcons = { database: 'database', storage: 'image', full: 'layers' } as const

/** The kind of a backup. */
export function KindLabel({ kind }: { kind: Backup['type'] }) {
  return (
    <span class="kind">
      <Icon name={kindIcons[kind]} size={18} />
      <span>{t(`kind.${kind}`)}</span>
    </span>
  )
}

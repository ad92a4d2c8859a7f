import type { ComponentChildren } from 'preact'

import type { Backup, Status } from '../api'
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

/** The status of a backup or an operation. */
export function StatusBadge({ record }: { record: { status: Status; damaged?: Backup['damaged'] } }) {
  if (record.damaged) {
    return (
      <Badge tone="bad" icon="alert">
        {t('status.damaged')}
      </Badge>
    )
  }
  const look = looks[record.status]
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {t(`status.${record.status}`)}
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

import type { Backup } from '../../api'
import { t } from '../../i18n'
import { count, dateTime, exactTime, percent, size } from '../../i18n/format'
import { href } from '../../router'
import { isActive } from '../../store'
import { Ago, Badge, Icon, KindLabel, Menu, Outside, StatusBadge, type IconName } from '../../ui'

import { actionsOf } from './actions'

/** One backup in the list. */
export function Row(props: {
  backup: Backup
  index: number
  top: number
  height: number
  selectable: boolean
  selected: boolean
  onSelect: (index: number, selected: boolean, range: boolean) => void
}) {
  const { backup, index } = props
  return (
    <div
      role="row" class={props.selected ? 'backup-row selected' : 'backup-row'} aria-rowindex={index + 2} data-index={index}
      data-id={backup.id} aria-selected={props.selectable ? props.selected : undefined}
      style={{ top: `${props.top}px`, height: `${props.height}px` }}
    >
      {props.selectable && (
        <div role="cell" class="cell-select">
          <input
            type="checkbox" class="row-check" checked={props.selected} aria-label={t('list.select', { name: nameOf(backup) })}
            onClick={(event) => props.onSelect(index, event.currentTarget.checked, event.shiftKey)}
          />
        </div>
      )}
      <Name backup={backup} />
      <div role="cell" class="cell-status">
        <StatusBadge record={backup} />
        {isActive(backup.status) && backup.progress.percent > 0 && (
          <span class="muted small numeric">{percent(backup.progress.percent / 100)}</span>
        )}
      </div>
      <div role="cell" class="cell-age">
        <Ago time={backup.created_at} />
        <span class="muted small clip">{dateTime(backup.created_at)}</span>
      </div>
      <div role="cell" class="cell-size numeric">
        <span class="visually-hidden">{t('list.head.size')}: </span>
        {backup.logical_size > 0 ? size(backup.logical_size) : '—'}
        {backup.logical_size > 0 && (
          <span class="muted small clip" title={t('list.addedHint')}>
            {t('list.added', { size: size(backup.file_size) })}
          </span>
        )}
      </div>
      <div role="cell" class="cell-files numeric">
        {backup.file_count > 0 ? count(backup.file_count) : '—'}
        <span class="cell-unit">{backup.file_count > 0 && t('list.files', { count: backup.file_count })}</span>
      </div>
      <div role="cell" class="cell-checks">
        <Checks backup={backup} />
      </div>
      <div role="cell" class="cell-reason clip">{t(`reason.${backup.reason}`)}</div>
      <div role="cell" class="cell-menu">
        <Menu icon="more" label={t('list.actions', { name: nameOf(backup) })} items={actionsOf(backup)} />
      </div>
    </div>
  )
}

/** Names a backup for those who do not see the row. */
export function nameOf(backup: Backup): string {
  return `${t(`kind.${backup.type}`)}, ${dateTime(backup.created_at)}`
}

function Name({ backup }: { backup: Backup }) {
  return (
    <div role="rowheader" class="cell-name">
      <span class="name-line">
        <a href={href({ name: 'details', id: backup.id })} title={backup.id} data-row-link>
          <KindLabel kind={backup.type} />
          <span class="visually-hidden">, {exactTime(backup.created_at)}</span>
        </a>
        {backup.pinned && <Sign icon="pin" text={t('list.pinned')} />}
      </span>
      {backup.note ? (
        <span class="row-note small" title={backup.note}>
          <Outside text={backup.note} clip />
        </span>
      ) : (
        <span class="muted mono small clip">{backup.id}</span>
      )}
    </div>
  )
}

/** What is known about a backup's worth. */
export function Checks({ backup }: { backup: Backup }) {
  return (
    <>
      {backup.verified_at && !backup.damaged && (
        <Badge tone="good" icon="shield" title={exactTime(backup.verified_at)}>
          {t('list.verified')}
        </Badge>
      )}
      {backup.encrypted && <Sign icon="lock" text={t('list.encrypted')} />}
    </>
  )
}

function Sign({ icon, text }: { icon: IconName; text: string }) {
  return (
    <span class="sign" title={text}>
      <Icon name={icon} size={16} />
      <span class="visually-hidden">{text}</span>
    </span>
  )
}

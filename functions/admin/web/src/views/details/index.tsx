import { read, type Backup } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { count, dateTime, duration, exactTime, size } from '../../i18n/format'
import { href } from '../../router'
import { isActive, isAdmin, newestOperations, useResource } from '../../store'
import { Ago, Button, CopyButton, Icon, LinkButton, Outside, StatusBadge, statusText } from '../../ui'
import { LogPanel } from '../audit/log'
import { isRestorable, pin, pinning } from '../list/actions'
import { shrunkIn } from '../overview/health'
import { durationOf } from '../overview/series'
import { ProgressPanel, titleOf } from '../progress/panel'
import { RecordView } from '../progress/record'
import { Fact } from '../progress/result'

import { Advice } from './advice'
import { holdsSome } from './holds'
import { Note } from './note'

/** One backup. */
export function DetailsView({ id }: { id: string }) {
  return (
    <RecordView id={id} read={read.backup} title={t('details.title')} slow={5000}>
      {(backup, resource) => <Inside backup={backup} onChange={(b) => resource.set(b)} refresh={() => resource.refresh()} />}
    </RecordView>
  )
}

function Inside(props: { backup: Backup; onChange: (backup: Backup) => void; refresh: () => void }) {
  const { backup } = props
  const active = isActive(backup.status)
  const running = { record: 'backup' as const, value: backup }
  return (
    <>
      <div class="page-head">
        <div class="details-title">
          <h1>{titleOf(running)}</h1>
          <StatusBadge record={backup} />
          <span class="muted">
            <Ago time={backup.created_at} />, {dateTime(backup.created_at)}
          </span>
        </div>
        {!active && <Commands backup={backup} refresh={props.refresh} />}
      </div>
      <div role="status" class="visually-hidden">
        {statusText(backup)}
      </div>
      {active && <ProgressPanel running={running} />}
      <Advice backup={backup} onChange={props.onChange} />
      <section class="card" aria-labelledby="facts-title">
        <div class="card-head">
          <h2 id="facts-title">{t('details.facts')}</h2>
        </div>
        <div class="card-body stack">
          <Note backup={backup} onChange={props.onChange} />
          <Facts backup={backup} />
        </div>
      </section>
      <Related backup={backup} />
      <LogPanel record="backup" id={backup.id} active={active} />
    </>
  )
}

function Commands({ backup, refresh }: { backup: Backup; refresh: () => void }) {
  const content = isRestorable(backup)
  const toggle = () => void pin(backup, !backup.pinned).then(refresh)
  return (
    <div class="details-commands">
      {isAdmin.value && content && (
        <Button kind="primary" icon="restore" popup="dialog" onClick={() => openDialog({ name: 'restore', backup })}>
          {t('list.do.restore')}
        </Button>
      )}
      {content && (
        <>
          <LinkButton icon="folder" href={href({ name: 'files', id: backup.id })}>
            {t('list.do.browse')}
          </LinkButton>
          <Button icon="shield" popup="dialog" onClick={() => openDialog({ name: 'verify', backup })}>
            {t('list.do.verify')}
          </Button>
        </>
      )}
      {isAdmin.value && (
        <>
          {content && (
            <Button icon="download" popup="dialog" onClick={() => openDialog({ name: 'download', backup })}>
              {t('list.do.download')}
            </Button>
          )}
          <Button icon="pin" pressed={backup.pinned} busy={pinning.value.has(backup.id)} onClick={toggle}>
            {t(backup.pinned ? 'details.pinned' : 'list.do.pin')}
          </Button>
          <Button icon="trash" popup="dialog" onClick={() => openDialog({ name: 'delete', backups: [backup] })}>
            {t('list.do.delete')}
          </Button>
        </>
      )}
    </div>
  )
}

function Facts({ backup: b }: { backup: Backup }) {
  const time = durationOf(b)
  return (
    <dl class="facts">
      <Fact name={t('list.head.name')}>{t(`kind.${b.type}`)}</Fact>
      <Fact name={t('details.content')}>
        <ul>
          {b.components.map((c) => (
            <li key={c.name} class={c.success && !shrunkIn(b, c.name) ? 'part good' : 'part bad'}>
              <Icon name={shrunkIn(b, c.name) ? 'alert' : c.success ? 'check' : isActive(b.status) ? 'clock' : 'cross'} size={16} />{' '}
              {t(`component.${c.name}`)}
              {!c.success && !isActive(b.status) && <span class="muted small"> {t(holdsSome(b, c.name) ? 'details.notWhole' : 'details.absent')}</span>}
              {shrunkIn(b, c.name) && <span class="muted small"> {t('details.shrunk')}</span>}
            </li>
          ))}
        </ul>
      </Fact>
      <Fact name={t('details.size')}>{size(b.logical_size)}</Fact>
      <Fact name={t('details.added')}>{size(b.file_size)}</Fact>
      <Fact name={t('list.head.files')}>{count(b.file_count)}</Fact>
      <Fact name={t('progress.begun')}>{exactTime(b.created_at)}</Fact>
      {b.finished_at && <Fact name={t('progress.ended')}>{exactTime(b.finished_at)}</Fact>}
      {time !== undefined && !isActive(b.status) && <Fact name={t('progress.took')}>{duration(time)}</Fact>}
      <Fact name={t('list.head.reason')}>{t(`reason.${b.reason}`)}</Fact>
      {b.created_by && (
        <Fact name={t('progress.by')}>
          <Outside text={b.created_by} />
        </Fact>
      )}
      <Fact name={t('list.verified')}>{b.verified_at ? <Ago time={b.verified_at} /> : t('details.never')}</Fact>
      <Fact name={t('list.encrypted')}>{t(b.encrypted ? 'common.yes' : 'common.no')}</Fact>
      {b.expires_at && <Fact name={t('details.expires')}>{dateTime(b.expires_at)}</Fact>}
      <Fact name={t('progress.id')}>
        <Copied text={b.id} />
      </Fact>
      {b.checksum && (
        <Fact name={t('details.checksum')}>
          <Copied text={b.checksum} />
        </Fact>
      )}
    </dl>
  )
}

function Copied({ text }: { text: string }) {
  return (
    <span class="copy">
      <span class="mono outside">{text}</span>
      <CopyButton text={text} label={t('common.copy')} />
    </span>
  )
}

/** What was done with the backup lately. */
function Related({ backup }: { backup: Backup }) {
  const state = useResource(newestOperations)
  const own = (state.data?.operations ?? []).filter((o) => o.backup_id === backup.id || o.restore?.safety_backup === backup.id)
  if (own.length === 0) return null
  return (
    <section class="card" aria-labelledby="related-title">
      <div class="card-head">
        <h2 id="related-title">{t('details.related')}</h2>
      </div>
      <ul class="card-body related">
        {own.map((o) => (
          <li key={o.id}>
            <a href={href({ name: 'operation', id: o.id })}>{titleOf({ record: 'operation', value: o })}</a>
            <StatusBadge record={o} />
            <span class="muted small">
              <Ago time={o.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

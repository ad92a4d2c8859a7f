import type { Backup } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { isAdmin, newestOperations } from '../../store'
import { Button, Notice } from '../../ui'
import { isRestorable } from '../list/actions'
import { DamagedFiles } from '../progress/result'
import { Sentences } from '../progress/sentences'

import { Accept, Accepted, hasShrunk } from './accept'

/** What is wrong with a backup, and what to do. */
export function Advice({ backup, onChange }: { backup: Backup; onChange: (backup: Backup) => void }) {
  return (
    <>
      {backup.damaged && <Damaged backup={backup} />}
      <Sentences tone={backup.status === 'failed' ? 'bad' : 'warn'} title={t('progress.errors')} texts={backup.errors}>
        {hasShrunk(backup) ? <Accept backup={backup} onChange={onChange} /> : !backup.damaged && <ToDo backup={backup} />}
      </Sentences>
      {backup.errors.length === 0 && !backup.damaged && <Unsaid backup={backup} />}
      <Accepted backup={backup} onChange={onChange} />
      <Sentences tone="warn" title={t('progress.warnings')} texts={backup.warnings} />
      {isRestorable(backup) && !backup.verified_at && !backup.damaged && <Unverified backup={backup} />}
    </>
  )
}

function Damaged({ backup }: { backup: Backup }) {
  const operations = newestOperations.state.value.data?.operations ?? []
  const found = operations.find((o) => o.verb === 'verify' && o.backup_id === backup.id && o.verify)?.verify
  return (
    <Notice tone="bad" title={t('details.damaged')}>
      <p>{t('details.damagedText')}</p>
      {found && !found.valid ? <DamagedFiles found={found} /> : <p>{t('details.damagedUnnamed')}</p>}
      <div class="details-commands">
        <Again backup={backup} />
        <Button small icon="shield" popup="dialog" onClick={() => openDialog({ name: 'verify', backup })}>
          {t('list.do.verify')}
        </Button>
      </div>
    </Notice>
  )
}

/** What to do about a backup that is not complete. */
function ToDo({ backup }: { backup: Backup }) {
  if (backup.status !== 'failed' && backup.status !== 'partial') return null
  return (
    <>
      <p>{t(`details.todo.${backup.status}`)}</p>
      <Again backup={backup} />
    </>
  )
}

/** Speaks of a status when the record does not. */
function Unsaid({ backup }: { backup: Backup }) {
  if (backup.status === 'cancelled') return <Notice tone="quiet" title={t('details.cancelled')} />
  if (backup.status === 'deleting') return <Notice tone="quiet" title={t('list.why.deleting')} />
  if (backup.status !== 'failed' && backup.status !== 'partial') return null
  return (
    <Notice tone={backup.status === 'failed' ? 'bad' : 'warn'} title={t(`status.${backup.status}`)}>
      <ToDo backup={backup} />
    </Notice>
  )
}

function Again({ backup }: { backup: Backup }) {
  if (!isAdmin.value) return null
  return (
    <Button small icon="plus" popup="dialog" onClick={() => openDialog({ name: 'create', kind: backup.type })}>
      {t('details.again')}
    </Button>
  )
}

function Unverified({ backup }: { backup: Backup }) {
  return (
    <Notice tone="quiet" title={t('details.unverified')}>
      <p>{t('details.unverifiedText')}</p>
      <Button small icon="shield" popup="dialog" onClick={() => openDialog({ name: 'verify', backup })}>
        {t('list.do.verify')}
      </Button>
    </Notice>
  )
}

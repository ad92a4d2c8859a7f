import { useState } from 'preact/hooks'

import { change, type Backup, type Operation } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { count, dateTime, size } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { isAdmin, running } from '../../store'
import { Button, Dialog, Notice, RadioGroup } from '../../ui'

import { LongList, RunState, Sentences } from './follow'
import { useRun, type Run } from './run'
import { Step } from './steps'

type Depth = 'deep' | 'quick'
type Found = NonNullable<Operation['verify']>

interface Verifying {
  backup: Backup
  depth: Depth
  setDepth: (depth: Depth) => void
  run: Run
  verify: () => void
  onClose: () => void
}

/** Reads a backup back and checks it. */
export function VerifyDialog({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const [depth, setDepth] = useState<Depth>('deep')
  const run = useRun({ verb: 'verify', backup: backup.id })
  const verify = () => run.start(() => change.verify(backup.id, depth === 'deep'))
  const v: Verifying = { backup, depth, setDepth, run, verify, onClose }
  return (
    <Dialog title={t('verify.title')} onClose={onClose} actions={actionsOf(v)}>
      <p>
        {t(`kind.${backup.type}`)}, {dateTime(backup.created_at)} <span class="mono small muted">{backup.id}</span>
      </p>
      <Body {...v} />
    </Dialog>
  )
}

function Body(v: Verifying) {
  switch (v.run.phase) {
    case 'idle':
      return <Ask {...v} />
    case 'ended':
      return v.run.operation ? <Result operation={v.run.operation} backup={v.backup} onClose={v.onClose} /> : null
    case 'running':
    case 'sending':
      return (
        <Step title="verify.head.run">
          <RunState run={v.run} label={t('verify.head.run')} />
        </Step>
      )
    default:
      return <RunState run={v.run} label={t('verify.head.run')} onRetry={v.verify} />
  }
}

function Ask(v: Verifying) {
  const already = running.value.find(
    (r) => r.record === 'operation' && r.value.verb === 'verify' && r.value.backup_id === v.backup.id,
  )
  return (
    <>
      <p class="muted">
        {v.backup.verified_at ? t('verify.last', { time: dateTime(v.backup.verified_at) }) : t('verify.never')}
      </p>
      {already?.record === 'operation' && (
        <Notice tone="accent" title={t('verify.already')}>
          <Button small onClick={() => v.run.follow(already.value)}>
            {t('verify.followIt')}
          </Button>
        </Notice>
      )}
      <RadioGroup<Depth>
        legend={t('verify.how')} value={v.depth} onChange={v.setDepth}
        options={(['deep', 'quick'] as const).map((d) => ({ value: d, text: t(`verify.${d}`), hint: t(`verify.${d}Hint`) }))}
      />
      <p class="small muted">{t('verify.noHarm')}</p>
    </>
  )
}

function Result({ operation, backup, onClose }: { operation: Operation; backup: Backup; onClose: () => void }) {
  const found = operation.verify
  return (
    <Step title="verify.head.result">
      <Verdict operation={operation} />
      {found && <Damage found={found} backup={backup} onClose={onClose} />}
      <Sentences tone="bad" title={t('restore.errors')} lines={operation.errors} />
      <Sentences tone="warn" title={t('restore.warnings')} lines={operation.warnings} />
      {found && <WasRead found={found} />}
    </Step>
  )
}

function Verdict({ operation }: { operation: Operation }) {
  const found = operation.verify
  if (operation.status === 'cancelled') return <Notice tone="warn" role="status" title={t('verify.cancelled')} />
  if (!found) return <Notice tone="bad" role="alert" title={t('verify.failed')} />
  if (!found.valid) {
    return (
      <Notice tone="bad" role="alert" title={t('verify.damaged')}>
        {found.error !== '' && <p class="outside">{serverText(found.error)}</p>}
      </Notice>
    )
  }
  return (
    <Notice tone="good" role="status" title={t('verify.valid')}>
      <p>{t(found.deep ? 'verify.validDeep' : 'verify.validQuick')}</p>
    </Notice>
  )
}

function Damage({ found, backup, onClose }: { found: Found; backup: Backup; onClose: () => void }) {
  if (found.valid) return null
  return (
    <>
      <Names title="verify.files" total={found.damaged_file_count} names={found.damaged_files.map(serverText)} />
      <Names title="verify.archives" total={found.damaged_archive_count} names={found.damaged_archives.map(serverText)} />
      <h4>{t('verify.whatToDo')}</h4>
      <ul class="bullets">
        <li>{t('verify.todoNew')}</li>
        <li>{t('verify.todoOther')}</li>
        <li>{t('verify.todoStorage')}</li>
      </ul>
      {isAdmin.value && (
        <div>
          <Button small icon="plus" onClick={() => (onClose(), openDialog({ name: 'create', kind: backup.type }))}>
            {t('verify.makeNew')}
          </Button>
        </div>
      )}
    </>
  )
}

function Names(props: { title: 'verify.files' | 'verify.archives'; total: number; names: readonly string[] }) {
  if (props.total === 0) return null
  return (
    <div class="stack">
      <h4>{t(props.title, { count: props.total })}</h4>
      <LongList lines={props.names} mono />
      {props.total > props.names.length && <p class="muted small">{t('verify.notNamed', { count: props.total - props.names.length })}</p>}
    </div>
  )
}

function WasRead({ found }: { found: Found }) {
  return (
    <dl class="facts">
      <div>
        <dt>{t('verify.entries')}</dt>
        <dd>{count(found.entries)}</dd>
      </div>
      <div>
        <dt>{t('verify.objects')}</dt>
        <dd>{count(found.archives)}</dd>
      </div>
      <div>
        <dt>{t('verify.read')}</dt>
        <dd>{size(found.bytes_read)}</dd>
      </div>
      <div class="wide">
        <dt>{t('verify.checksum')}</dt>
        <dd class="mono small">{found.checksum || t('common.unknown')}</dd>
      </div>
    </dl>
  )
}

function actionsOf(v: Verifying) {
  const close = (kind: 'plain' | 'primary') => (
    <Button kind={kind} onClick={v.onClose}>
      {t('common.close')}
    </Button>
  )
  switch (v.run.phase) {
    case 'idle':
      return (
        <>
          <Button onClick={v.onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" icon="shield" onClick={v.verify}>
            {t('verify.start')}
          </Button>
        </>
      )
    case 'ended':
      return (
        <>
          <Button icon="refresh" onClick={v.run.reset}>
            {t('verify.again')}
          </Button>
          {close('primary')}
        </>
      )
    case 'unknown':
      return (
        <>
          {v.run.neverBegan && <Button onClick={v.run.reset}>{t('restore.back')}</Button>}
          {close('primary')}
        </>
      )
    default:
      return close('plain')
  }
}

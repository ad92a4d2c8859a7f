import { useState } from 'preact/hooks'

import { change, read, ApiError, type Backup, type DeleteAnswer } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { dateTime, list, size } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href } from '../../router'
import { Badge, Button, Checkbox, Dialog, ErrorState, Icon, Loading, Notice, TextField, useChange } from '../../ui'

import { confirms } from './confirm'
import { deletionOf, fateOf, mostAtOnce, type Deletion, type Fate, type Verdict } from './deletion'
import { Fold, LongList, Refused } from './follow'
import { useJudgement, type Judgement } from './judge'
import { Step } from './steps'

/** Deletes backups. */
export function DeleteDialog({ backups, onClose }: { backups: Backup[]; onClose: () => void }) {
  const [answer, setAnswer] = useState<DeleteAnswer | undefined>(undefined)
  const removal = useChange(change.remove)
  if (answer) return <Deleted answer={answer} onClose={onClose} />
  if (removal.error?.outcomeUnknown) return <Lost backups={backups} onClose={onClose} />
  const remove = async (deletion: Deletion) => {
    const done = await removal.run(deletion.ids, deletion.force)
    if (done) setAnswer(done.body)
  }
  return (
    <Asking
      backups={backups} busy={removal.busy} error={removal.error} onDelete={(d) => void remove(d)} onClose={onClose}
    />
  )
}

interface AskingProps {
  backups: Backup[]
  busy: boolean
  error: ApiError | undefined
  onDelete: (deletion: Deletion) => void
  onClose: () => void
}

function Asking(props: AskingProps) {
  const judging = useJudgement(props.backups)
  const [typed, setTyped] = useState('')
  const [forced, setForced] = useState(false)
  const { judgement } = judging
  const deletion = judgement && deletionOf(judgement.judged, judgement.left)
  const tooMany = (deletion?.ids.length ?? 0) > mostAtOnce
  const allowed =
    deletion !== undefined && deletion.ids.length > 0 && !tooMany &&
    (!deletion.force || (forced && confirms(typed, t('remove.word'))))
  return (
    <Dialog
      title={t('remove.title', { count: props.backups.length })} tone="danger" locked={props.busy} onClose={props.onClose}
      actions={
        <>
          {!props.busy && <Button onClick={props.onClose}>{t('common.cancel')}</Button>}
          <Button
            kind="danger" icon="trash" busy={props.busy} disabled={!allowed}
            onClick={() => deletion && props.onDelete(deletion)}
          >
            {t('remove.start', { count: deletion?.ids.length ?? props.backups.length })}
          </Button>
        </>
      }
    >
      {judging.error && <ErrorState error={judging.error} onRetry={judging.again} />}
      {!judgement && !judging.error && <Loading label={t('remove.asking')} />}
      {judgement && deletion && (
        <>
          <Preview judgement={judgement} deletion={deletion} />
          {tooMany && <Notice tone="bad" role="alert" title={t('remove.tooMany', { count: mostAtOnce })} />}
          {deletion.force && deletion.ids.length > 0 && (
            <LastCopy {...props} deletion={deletion} typed={typed} setTyped={setTyped} forced={forced} setForced={setForced} />
          )}
        </>
      )}
      {props.busy && <p role="status">{t('remove.busy')}</p>}
      {props.error && <Refused error={props.error} onRetry={judging.again} />}
    </Dialog>
  )
}

/** What goes and what stays, and why. */
function Preview({ judgement, deletion }: { judgement: Judgement; deletion: Deletion }) {
  const going = new Set(deletion.ids)
  const goes = judgement.judged.filter((v) => going.has(v.backup.id))
  const stays = judgement.judged.filter((v) => !going.has(v.backup.id))
  return (
    <>
      {goes.length > 0 && (
        <section class="stack" aria-label={t('remove.goes', { count: goes.length })}>
          <h3>{t('remove.goes', { count: goes.length })}</h3>
          <Verdicts verdicts={goes} />
          <p class="small muted">{t('remove.shared')}</p>
        </section>
      )}
      {stays.length > 0 && (
        <section class="stack" aria-label={t('remove.stays', { count: stays.length })}>
          <h3>{t('remove.stays', { count: stays.length })}</h3>
          <Verdicts verdicts={stays} />
        </section>
      )}
      {goes.length > 0 && <Left judgement={judgement} />}
    </>
  )
}

const shown = 8

function Verdicts({ verdicts }: { verdicts: Verdict[] }) {
  return (
    <>
      <VerdictList verdicts={verdicts.slice(0, shown)} />
      {verdicts.length > shown && (
        <Fold summary={t('restore.andMore', { count: verdicts.length - shown })}>
          <VerdictList verdicts={verdicts.slice(shown)} />
        </Fold>
      )}
    </>
  )
}

function VerdictList({ verdicts }: { verdicts: Verdict[] }) {
  return (
    <ul class="backup-rows">
      {verdicts.map((v) => (
        <li key={v.backup.id}>
          <span class="backup-name">
            {t(`kind.${v.backup.type}`)} <span class="muted">{dateTime(v.backup.created_at)}</span>
            {v.backup.reason === 'pre-restore' && <Badge>{t('reason.pre-restore')}</Badge>}
            {v.obstacle && v.obstacle !== 'last' && <Badge tone="warn">{t(`remove.obstacle.${v.obstacle}`)}</Badge>}
            {v.obstacle === 'last' && <Badge tone="bad">{t('remove.obstacle.last')}</Badge>}
          </span>
          <span class="muted small">
            <span class="mono">{v.backup.id}</span> · {size(v.backup.file_size)}
          </span>
          {v.backup.note && <span class="outside small row-note">{v.backup.note}</span>}
          {v.obstacle && <span class="reason outside">{whatToDo(v)}</span>}
        </li>
      ))}
    </ul>
  )
}

function whatToDo(v: Verdict): string {
  switch (v.obstacle) {
    case 'running':
      return t('remove.do.running')
    case 'pinned':
      return t('remove.do.pinned')
    case 'last':
      return t('remove.do.last')
    default:
      return serverText(v.reason)
  }
}

/** What can still be restored afterwards. */
function Left({ judgement }: { judgement: Judgement }) {
  return (
    <section class="stack" aria-label={t('remove.left')}>
      <h3>{t('remove.left')}</h3>
      <ul class="checks">
        {judgement.left.map((r) => (
          <li key={r.component} class={r.newest ? 'good' : 'bad'}>
            <Icon name={r.newest ? 'check' : 'cross'} size={18} />
            <span>
              {t(`component.${r.component}`)}:{' '}
              {r.newest ? (
                <>
                  {t('remove.leftIn', { time: dateTime(r.newest.created_at) })}{' '}
                  <span class="mono small muted">{r.newest.id}</span>
                </>
              ) : (
                t(r.affected ? 'remove.leftNowhere' : 'remove.neverThere')
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The last copy goes: said plainly, with what to do instead, and only by the typed word. */
function LastCopy(
  props: AskingProps & {
    deletion: Deletion
    typed: string
    setTyped: (typed: string) => void
    forced: boolean
    setForced: (forced: boolean) => void
  },
) {
  const { last } = props.deletion
  const parts = list(last.map((c) => t(`remove.copyOf.${c}`)))
  const kind = last.length === 1 ? last[0]! : 'full'
  return (
    <>
      <Notice tone="bad" role="alert" title={t('remove.last', { parts })}>
        <p>{t('remove.lastText')}</p>
        <Button small kind="primary" icon="plus" onClick={() => openDialog({ name: 'create', kind })}>
          {t('remove.makeNew')}
        </Button>
      </Notice>
      <Checkbox checked={props.forced} onChange={props.setForced} hint={t('remove.forceHint')}>
        {t('remove.force')}
      </Checkbox>
      {props.forced && (
        <TextField
          label={t('restore.typeWord', { word: t('remove.word') })} value={props.typed} onInput={props.setTyped} required
        />
      )}
    </>
  )
}

function Deleted({ answer, onClose }: { answer: DeleteAnswer; onClose: () => void }) {
  return (
    <Dialog title={t('remove.doneTitle')} onClose={onClose} actions={<CloseButton onClose={onClose} />}>
      <Step title="restore.head.result">
        <Notice tone="good" role="status" title={t('remove.done', { count: answer.deleted_files.length })}>
          <p>{t('remove.freed', { size: size(answer.freed_bytes + answer.swept_bytes) })}</p>
        </Notice>
        <LongList lines={answer.deleted_files} mono />
        {answer.missing_files.length > 0 && (
          <Notice tone="warn" title={t('remove.missing', { count: answer.missing_files.length })}>
            <LongList lines={answer.missing_files} mono />
          </Notice>
        )}
      </Step>
    </Dialog>
  )
}

function CloseButton({ onClose }: { onClose: () => void }) {
  return (
    <Button kind="primary" onClick={onClose}>
      {t('common.close')}
    </Button>
  )
}

/** No answer came: looks what became of each, and sends nothing again. */
function Lost({ backups, onClose }: { backups: Backup[]; onClose: () => void }) {
  const [fates, setFates] = useState<Map<string, Fate> | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const look = async () => {
    setBusy(true)
    setFates(new Map(await Promise.all(backups.map(async (b) => [b.id, await fate(b.id)] as const))))
    setBusy(false)
  }
  return (
    <Dialog title={t('remove.doneTitle')} onClose={onClose} actions={<CloseButton onClose={onClose} />}>
      <Notice tone="warn" role="alert" title={t('remove.unknown')}>
        <p>{t('remove.unknownText')}</p>
        <Button small icon="refresh" busy={busy} onClick={() => void look()}>
          {t('restore.look')}
        </Button>
      </Notice>
      {fates && (
        <ul class="backup-rows" aria-live="polite">
          {backups.map((b) => (
            <li key={b.id}>
              <a class="mono small" href={href({ name: 'details', id: b.id })} onClick={onClose}>
                {b.id}
              </a>
              <span class="reason">{t(`remove.fate.${fates.get(b.id) ?? 'unknown'}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}

async function fate(id: string): Promise<Fate> {
  try {
    return fateOf(await read.backup(id, { retries: 0 }))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return fateOf(error.status === 404 ? null : undefined)
  }
}

import { useEffect, useMemo, useState } from 'preact/hooks'

import { change, read, type Backup, type Export, type Operation } from '../../api'
import { freshSignIn } from '../../dialogs'
import { t } from '../../i18n'
import { ago, clockTime, count, exactTime, percent, size } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href } from '../../router'
import { isActive, Resource, second, useResource, type State } from '../../store'
import {
  Button, CopyButton, Dialog, ErrorState, LinkButton, Loading, Notice, Outside, ProgressBar, RadioGroup, Stale, useChange,
} from '../../ui'

import { checkCommands, formatsFor, linkLife, renewAfter, stageOf, type Format, type Made, type Subject } from './export'
import { exactOf, bytesOf } from './paths'

export interface DownloadProps {
  backup: Backup
  path: string
  pathBase64: string
  /** What the path names, if that is known. */
  entry: 'file' | 'dir' | undefined
  onClose: () => void
}

/** Makes a file, a folder or all of a backup ready for download. */
export function DownloadDialog(props: DownloadProps) {
  const { backup, path, pathBase64, onClose } = props
  const subject: Subject = path === '' && pathBase64 === '' ? 'all' : (props.entry ?? 'unknown')
  const formats = formatsFor(subject)
  const [format, setFormat] = useState<Format | undefined>(formats[0])
  const [operation, setOperation] = useState<Operation | undefined>(undefined)
  const ask = useChange(() =>
    change.download(backup.id, {
      ...(pathBase64 !== '' ? { path_base64: pathBase64 } : path !== '' ? { path } : {}), ...(format && { format }),
    }),
  )
  const prepare = async () => {
    const answer = await ask.run()
    if (answer) setOperation(answer.body.operation)
  }
  // A file needs no choice: it was asked for by the click that opened this.
  useEffect(() => {
    if (formats.length === 0) void prepare()
  }, [])
  const choosing = operation === undefined && formats.length > 0
  return (
    <Dialog
      title={t('browse.downloadTitle')} onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t(choosing ? 'common.cancel' : 'common.close')}</Button>
          {choosing && (
            <Button kind="primary" icon="download" busy={ask.busy} onClick={() => void prepare()}>
              {t('browse.prepare')}
            </Button>
          )}
        </>
      }
    >
      <What {...props} subject={subject} />
      {choosing && format && <Formats formats={formats} format={format} onChange={setFormat} />}
      {ask.busy && formats.length === 0 && <Loading label={t('browse.asking')} />}
      {ask.error && (
        <ErrorState title={t('browse.notPrepared')} error={ask.error} {...(!choosing && { onRetry: () => void prepare() })} />
      )}
      {operation && <Following key={operation.id} operation={operation} onAgain={() => void prepare()} />}
    </Dialog>
  )
}

function What({ backup, path, pathBase64, subject }: DownloadProps & { subject: Subject }) {
  const shown = pathBase64 === '' ? path : exactOf(bytesOf({ path: '', path_base64: pathBase64 })).path
  return (
    <div>
      {subject === 'all' ? (
        <p>{t('browse.allOf', { size: size(backup.logical_size) })}</p>
      ) : (
        <p class="mono download-path">
          <Outside text={shown} />
        </p>
      )}
      <p class="muted small">
        {t('browse.ofBackup')} <span class="mono">{backup.id}</span>
      </p>
    </div>
  )
}

function Formats(props: { formats: readonly Format[]; format: Format; onChange: (format: Format) => void }) {
  return (
    <RadioGroup
      legend={t('browse.format')} value={props.format} onChange={props.onChange}
      options={props.formats.map((value) => ({
        value, text: value, hint: t(value === 'zip' ? 'browse.format.zip' : 'browse.format.tar'),
      }))}
    />
  )
}

const fast = 1000

/** Follows an export until its file is there, and keeps its link fresh. */
function Following({ operation, onAgain }: { operation: Operation; onAgain: () => void }) {
  const resource = useMemo(() => {
    const following = new Resource<Operation>((s) => read.operation(operation.id, { signal: s, retries: 0 }), {
      interval: (o) => (o === undefined || isActive(o.status) ? fast : renewAfter),
    })
    following.set(operation)
    return following
  }, [])
  const state = useResource(resource)
  return <ExportState operation={state.data ?? operation} state={state} onRenew={() => resource.refresh()} onAgain={onAgain} />
}

/** How an export stands; with what is needed to get its file and to check it. */
function ExportState(props: { operation: Operation; state: State<Operation>; onRenew: () => void; onAgain: () => void }) {
  const { operation, state } = props
  const stage = stageOf(operation, second.value)
  switch (stage.name) {
    case 'preparing':
      return <Preparing operation={operation} state={state} />
    case 'ready':
    case 'linkless':
      return <Ready file={stage.file} state={state} onRenew={props.onRenew} />
    case 'expired':
      return (
        <Notice tone="warn" title={t('browse.expired')}>
          <Button small icon="refresh" onClick={props.onAgain}>
            {t('browse.again')}
          </Button>
        </Notice>
      )
    case 'failed':
      return (
        <Notice tone="bad" role="alert" title={t(operation.status === 'cancelled' ? 'browse.cancelled' : 'browse.failed')}>
          {operation.errors.map((error) => (
            <p key={error} class="outside">
              {serverText(error)}
            </p>
          ))}
          <Button small icon="refresh" onClick={props.onAgain}>
            {t('common.retry')}
          </Button>
        </Notice>
      )
  }
}

function Preparing({ operation, state }: { operation: Operation; state: State<Operation> }) {
  const { done_bytes, total_bytes, done_files, total_files, percent: done } = operation.progress
  const known = total_bytes > 0 || total_files > 0
  const cancel = useChange(() => change.cancel(operation.id))
  return (
    <div class="preparing">
      <ProgressBar share={known ? done / 100 : undefined} label={t('browse.preparing')} />
      <p role="status">
        {t(operation.cancel_requested ? 'browse.cancelling' : 'browse.preparing')} {known && percent(done / 100)}
      </p>
      {known && (
        <p class="muted small numeric">
          {total_bytes > 0 && t('browse.of', { done: size(done_bytes), total: size(total_bytes) })}
          {total_files > 0 && ` · ${t('browse.filesOf', { done: count(done_files), total: count(total_files) })}`}
        </p>
      )}
      {state.error && state.updatedAt !== undefined && <Stale since={state.updatedAt} />}
      <p class="muted small">
        {t('browse.mayLeave')} <a href={href({ name: 'operation', id: operation.id })}>{t('browse.toOperation')}</a>
      </p>
      {cancel.error && <ErrorState error={cancel.error} />}
      <div>
        <Button small busy={cancel.busy} disabled={operation.cancel_requested ?? false} onClick={() => void cancel.run()}>
          {t('browse.cancel')}
        </Button>
      </div>
    </div>
  )
}

function Ready({ file, state, onRenew }: { file: Made; state: State<Operation>; onRenew: () => void }) {
  const until = state.updatedAt === undefined ? undefined : state.updatedAt + linkLife
  const fresh = file.url !== undefined && (until === undefined || second.value < until)
  return (
    <>
      <Notice tone="good" role="status" title={t('browse.ready')}>
        <p class="download-path">
          <Outside text={file.name} /> <span class="muted">{size(file.size)}</span>
        </p>
        {fresh ? (
          <LinkButton kind="primary" icon="download" href={file.url!} download={file.name}>
            {t('browse.get')}
          </LinkButton>
        ) : file.needs_sign_in ? (
          <>
            <p>{t('fresh.text')}</p>
            <Button kind="primary" icon="user" onClick={() => freshSignIn.leave()}>
              {t('restore.signIn')}
            </Button>
          </>
        ) : (
          <p>{t('browse.linkGone')}</p>
        )}
        <p class="muted small">
          {fresh && until !== undefined && t('browse.linkUntil', { time: clockTime(until) })}{' '}
          <span title={exactTime(file.expires_at)}>{t('browse.fileUntil', { when: ago(file.expires_at) })}</span>
        </p>
        <Button small icon="refresh" busy={state.loading} onClick={onRenew}>
          {t('browse.renew')}
        </Button>
        {state.error && <ErrorState error={state.error} />}
      </Notice>
      <Check file={file} />
    </>
  )
}

/** The checksum and how to compare it. */
function Check({ file }: { file: Export }) {
  return (
    <div class="check">
      <h3>SHA-256</h3>
      <p class="mono with-copy">
        <span class="outside">{file.sha256}</span>
        <CopyButton text={file.sha256} label={t('browse.copySHA')} />
      </p>
      <details>
        <summary>{t('browse.howToCheck')}</summary>
        <p class="small">{t('browse.checkText')}</p>
        <dl class="check-commands">
          {checkCommands(file.name).map(({ system, command }) => (
            <div key={system}>
              <dt class="muted small">{t(`browse.system.${system}`)}</dt>
              <dd class="mono with-copy">
                <Outside text={command} />
                <CopyButton text={command} label={t('browse.copyCommand')} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  )
}

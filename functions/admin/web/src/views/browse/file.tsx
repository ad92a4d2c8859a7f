import { useEffect, useState } from 'preact/hooks'

import { ApiError, type Backup, type Entry } from '../../api'
import { t } from '../../i18n'
import { count, exactTime, size } from '../../i18n/format'
import { isAdmin } from '../../store'
import { Button, CopyButton, Dialog, ErrorState, Loading, Notice, Outside } from '../../ui'

import { mayBePicture } from './names'
import { baseName, keyOf } from './paths'
import { fetchPicture } from './preview'
import { downloadEntry, restoreEntries } from './selection'

/** One file: what is known of it, the picture if it is one, and its neighbours. */
export function FileDialog(props: {
  backup: Backup
  files: readonly Entry[]
  entry: Entry
  onEntry: (entry: Entry) => void
  onClose: () => void
}) {
  const { backup, files, entry, onClose } = props
  const at = files.findIndex((e) => keyOf(e) === keyOf(entry))
  const leave = (open: () => void) => {
    onClose()
    open()
  }
  return (
    <Dialog
      title={t('browse.file')} size="large" onClose={onClose}
      actions={
        <>
          <Step text={t('browse.previous')} to={files[at - 1]} onEntry={props.onEntry} />
          <Step text={t('browse.following')} to={files[at + 1]} onEntry={props.onEntry} />
          {entry.type === 'file' && (
            <Button icon="download" disabled={!isAdmin.value} popup="dialog" onClick={() => leave(() => downloadEntry(backup, entry))}>
              {t('browse.download')}
            </Button>
          )}
          <Button icon="restore" disabled={!isAdmin.value} popup="dialog" onClick={() => leave(() => restoreEntries(backup, [entry]))}>
            {t('browse.restore')}
          </Button>
        </>
      }
    >
      <h3 class="file-title">
        <Outside text={baseName(entry)} />
      </h3>
      {mayBePicture(entry) && <Picture key={keyOf(entry)} backup={backup.id} entry={entry} />}
      <Facts entry={entry} />
    </Dialog>
  )
}

function Step(props: { text: string; to: Entry | undefined; onEntry: (entry: Entry) => void }) {
  return (
    <Button disabled={props.to === undefined} onClick={() => props.to && props.onEntry(props.to)}>
      {props.text}
    </Button>
  )
}

/** Fetched rather than named to the browser, so that a failure can be explained. */
function Picture({ backup, entry }: { backup: string; entry: Entry }) {
  const [url, setURL] = useState<string | undefined>(undefined)
  const [error, setError] = useState<ApiError | undefined>(undefined)
  const [attempt, setAttempt] = useState(0)
  const [broken, setBroken] = useState(false)
  useEffect(() => {
    const giveUp = new AbortController()
    let made: string | undefined
    setError(undefined)
    fetchPicture(backup, entry, giveUp.signal).then(
      (blob) => {
        if (giveUp.signal.aborted) return
        made = URL.createObjectURL(blob)
        setURL(made)
      },
      (e: unknown) => {
        if (!giveUp.signal.aborted && e instanceof ApiError) setError(e)
      },
    )
    return () => {
      giveUp.abort()
      if (made) URL.revokeObjectURL(made)
    }
  }, [attempt])
  if (error) return <ErrorState title={t('browse.noPicture')} error={error} onRetry={() => setAttempt(attempt + 1)} />
  if (broken) return <Notice tone="warn" title={t('browse.noPicture')}><p>{t('browse.brokenPicture')}</p></Notice>
  return (
    <div class="picture">
      {url ? (
        <img src={url} alt={t('browse.pictureOf', { name: baseName(entry) })} onError={() => setBroken(true)} />
      ) : (
        <Loading label={t('browse.pictureLoading')} />
      )}
    </div>
  )
}

function Facts({ entry }: { entry: Entry }) {
  return (
    <dl class="facts file-facts">
      <div class="wide">
        <dt>{t('browse.fullPath')}</dt>
        <dd class="mono with-copy">
          <Outside text={entry.path} />
          <CopyButton text={entry.path} label={t('browse.copyPath')} />
        </dd>
        {entry.path_base64 && <dd class="muted small">{t('browse.notText')}</dd>}
      </div>
      {entry.link !== undefined && (
        <div class="wide">
          <dt>{t('browse.link')}</dt>
          <dd class="mono">
            <Outside text={entry.link} />
          </dd>
        </div>
      )}
      {entry.type === 'file' && (
        <div>
          <dt>{t('browse.head.size')}</dt>
          <dd>
            {size(entry.size)}
            {entry.size >= 1000 && <span class="muted small"> {t('browse.bytes', { amount: count(entry.size) })}</span>}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('browse.head.mtime')}</dt>
        <dd>{exactTime(entry.mtime)}</dd>
      </div>
      <div>
        <dt>{t('browse.mode')}</dt>
        <dd class="mono">{entry.mode}</dd>
      </div>
      {entry.sha256 && (
        <div class="wide">
          <dt>SHA-256</dt>
          <dd class="mono with-copy">
            <span class="outside">{entry.sha256}</span>
            <CopyButton text={entry.sha256} label={t('browse.copySHA')} />
          </dd>
        </div>
      )}
    </dl>
  )
}

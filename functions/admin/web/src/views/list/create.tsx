import { useEffect, useRef, useState } from 'preact/hooks'

import { change, type Kind } from '../../api'
import { t } from '../../i18n'
import { serverText } from '../../i18n/server'
import { knownUser, newestBackups } from '../../store'
import { Button, Dialog, ErrorState, RadioGroup, say, TextField, useChange } from '../../ui'

import { kinds } from './filter'

/** The longest note that the API takes. */
export const longestNote = 500

/** Returns a note as the API takes it: on one line. */
export function oneLine(note: string): string {
  return note.replace(/\s+/g, ' ').trim()
}

/** Takes a backup. As soon as it is under way the dialog goes: the page shows how far it is. */
export function CreateDialog(props: { kind: Kind; onClose: () => void }) {
  const [kind, setKind] = useState<Kind>(props.kind)
  const [note, setNote] = useState('')
  const create = useChange(change.create)
  const open = useRef(true)
  const before = useRef('')
  useEffect(() => () => void (open.current = false), [])
  const newest = newestOwn(kind)
  const begun = create.busy && newest > before.current
  useEffect(() => {
    if (begun) props.onClose()
  }, [begun])
  const send = async () => {
    before.current = newest
    const answer = await create.run({ type: kind, note: oneLine(note) })
    if (answer) {
      say(serverText(answer.body.message), answer.body.success ? 'good' : 'bad')
      if (open.current) props.onClose()
    }
  }
  return (
    <Dialog
      title={t('list.create.title')} onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" icon="play" type="submit" form="create-form" busy={create.busy}>
            {t('list.create.start')}
          </Button>
        </>
      }
    >
      <form
        id="create-form" class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <RadioGroup
          legend={t('list.create.kind')} value={kind} onChange={setKind}
          options={kinds.map((value) => ({ value, text: t(`list.create.${value}`), hint: t(`list.create.${value}.hint`) }))}
        />
        <TextField
          label={t('list.create.note')} hint={t('list.create.noteHint')} value={note} onInput={setNote} maxLength={longestNote} lines={2}
        />
      </form>
      {create.error && <ErrorState error={create.error} title={t('list.create.failed')} />}
    </Dialog>
  )
}

/** newestOwn returns the id of the newest backup of a kind that this user has begun. */
function newestOwn(kind: Kind): string {
  const backups = newestBackups.state.value.data?.backups ?? []
  return backups.find((b) => b.type === kind && b.reason === 'manual' && b.created_by === knownUser.value?.email)?.id ?? ''
}

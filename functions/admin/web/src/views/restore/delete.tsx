import type { Backup } from '../../api'
import { t } from '../../i18n'
import { Dialog } from '../../ui'

/** Deletes backups. */
export function DeleteDialog(props: { backups: Backup[]; onClose: () => void }) {
  return (
    <Dialog title={t('restore.title')} onClose={props.onClose}>
      <p class="mono">{props.backups.map((b) => b.id).join(' ')}</p>
    </Dialog>
  )
}

import type { Backup } from '../../api'
import { t } from '../../i18n'
import { Dialog } from '../../ui'

/** Restores a backup, or some of its entries. */
export function RestoreDialog(props: { backup: Backup; paths: string[]; pathsBase64: string[]; onClose: () => void }) {
  return (
    <Dialog title={t('restore.title')} onClose={props.onClose}>
      <p class="mono">{props.backup.id}</p>
    </Dialog>
  )
}

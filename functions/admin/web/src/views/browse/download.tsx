import type { Backup } from '../../api'
import { t } from '../../i18n'
import { Dialog } from '../../ui'

/** Makes a file, a folder or all of a backup ready for download. */
export function DownloadDialog(props: { backup: Backup; path: string; pathBase64: string; onClose: () => void }) {
  return (
    <Dialog title={t('browse.title')} onClose={props.onClose}>
      <p class="mono">{props.backup.id}</p>
    </Dialog>
  )
}

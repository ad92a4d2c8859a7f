import type { Operation } from '../../api'
import { t } from '../../i18n'
import { Dialog } from '../../ui'

/** Takes a restore back. */
export function UndoDialog(props: { operation: Operation; onClose: () => void }) {
  return (
    <Dialog title={t('restore.title')} onClose={props.onClose}>
      <p class="mono">{props.operation.id}</p>
    </Dialog>
  )
}

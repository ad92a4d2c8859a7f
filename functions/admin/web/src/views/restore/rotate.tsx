import { t } from '../../i18n'
import { Dialog } from '../../ui'

/** Applies the retention policy. */
export function RotateDialog(props: { onClose: () => void }) {
  return (
    <Dialog title={t('restore.title')} onClose={props.onClose}>
      <p />
    </Dialog>
  )
}

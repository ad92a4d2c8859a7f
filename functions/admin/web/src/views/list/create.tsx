import type { Kind } from '../../api'
import { t } from '../../i18n'
import { Dialog } from '../../ui'

/** Takes a backup. */
export function CreateDialog(props: { kind: Kind; onClose: () => void }) {
  return (
    <Dialog title={t('list.title')} onClose={props.onClose}>
      <p>{props.kind}</p>
    </Dialog>
  )
}

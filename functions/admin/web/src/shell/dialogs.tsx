import { useEffect } from 'preact/hooks'

import { closeDialog, freshSignIn, openedDialog } from '../dialogs'
import { t } from '../i18n'
import { address } from '../router'
import { Button, Dialog } from '../ui'
import { DownloadDialog } from '../views/browse/download'
import { CreateDialog } from '../views/list/create'
import { DeleteDialog } from '../views/restore/delete'
import { SignInFirst } from '../views/restore/follow'
import { RestoreDialog } from '../views/restore/restore'
import { useResumedDialog } from '../views/restore/resuming'
import { RotateDialog } from '../views/restore/rotate'
import { UndoDialog } from '../views/restore/undo'
import { VerifyDialog } from '../views/restore/verify'

import { EverybodyOutDialog } from './everybodyout'

/** The dialog that a view has opened. */
export function Dialogs() {
  useResumedDialog()
  useCloseOnLeaving()
  const request = openedDialog.value
  switch (request?.name) {
    case undefined:
      return null
    case 'create':
      return <CreateDialog kind={request.kind} onClose={closeDialog} />
    case 'restore':
      return (
        <RestoreDialog
          key={request.backup.id} backup={request.backup} paths={request.paths ?? []} pathsBase64={request.pathsBase64 ?? []} onClose={closeDialog}
        />
      )
    case 'undo':
      return <UndoDialog key={request.operation.id} operation={request.operation} start={request.start ?? false} onClose={closeDialog} />
    case 'verify':
      return <VerifyDialog key={request.backup.id} backup={request.backup} onClose={closeDialog} />
    case 'delete':
      return <DeleteDialog backups={request.backups} onClose={closeDialog} />
    case 'rotate':
      return <RotateDialog limit={request.limit ?? ''} onClose={closeDialog} />
    case 'everybody-out':
      return <EverybodyOutDialog onClose={closeDialog} />
    case 'fresh':
      return (
        <Dialog title={t('restore.fresh')} size="small" onClose={closeDialog} actions={<Button onClick={closeDialog}>{t('common.cancel')}</Button>}>
          <SignInFirst text={t('fresh.text')} refused onSignIn={() => freshSignIn.leave()} />
        </Dialog>
      )
    case 'download':
      return (
        <DownloadDialog
          backup={request.backup} path={request.path ?? ''} pathBase64={request.pathBase64 ?? ''} entry={request.entry}
          onClose={closeDialog}
        />
      )
  }
}

/** Closes the dialog when the page goes on to another view. */
function useCloseOnLeaving(): void {
  useEffect(() => {
    let before = address.peek().path
    return address.subscribe(({ path }) => {
      if (path !== before) closeDialog()
      before = path
    })
  }, [])
}

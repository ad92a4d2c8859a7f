import { signal } from '@preact/signals'

import { ApiError, change, type Backup } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { href } from '../../router'
import { changed, isAdmin, unfinished } from '../../store'
import { explain, say, type MenuItem } from '../../ui'

/** Whether a backup has content. */
export function isRestorable(backup: Backup): boolean {
  return backup.status === 'completed' || backup.status === 'partial'
}

/** What can be done with a backup, for its menu. */
export function actionsOf(backup: Backup): MenuItem[] {
  const content = isRestorable(backup) ? undefined : t(unfinished(backup.status) ? 'list.why.unfinished' : 'list.why.empty')
  const items: MenuItem[] = [
    { text: t('list.do.details'), icon: 'eye', href: href({ name: 'details', id: backup.id }) },
    {
      text: t('list.do.browse'), icon: 'folder', disabled: content,
      ...(!content && { href: href({ name: 'files', id: backup.id }) }),
    },
    { text: t('list.do.verify'), icon: 'shield', disabled: content, onClick: () => openDialog({ name: 'verify', backup }) },
  ]
  return isAdmin.value ? [...items, ...changesTo(backup, content)] : items
}

function changesTo(backup: Backup, content: string | undefined): MenuItem[] {
  const deleting = backup.status === 'deleting' ? t('list.why.deleting') : undefined
  const active = backup.status === 'running' || backup.status === 'pending' ? t('list.why.running') : undefined
  return [
    { text: t('list.do.restore'), icon: 'restore', disabled: content, onClick: () => openDialog({ name: 'restore', backup }) },
    { text: t('list.do.download'), icon: 'download', disabled: content, onClick: () => openDialog({ name: 'download', backup }) },
    {
      text: t(backup.pinned ? 'list.do.unpin' : 'list.do.pin'), icon: 'pin', disabled: deleting,
      onClick: () => void pin(backup, !backup.pinned),
    },
    {
      text: t('list.do.delete'), icon: 'trash', danger: true, divided: true, disabled: active,
      onClick: () => openDialog({ name: 'delete', backups: [backup] }),
    },
  ]
}

/** The backups whose pin is being changed. */
export const pinning = signal<ReadonlySet<string>>(new Set())

/** Pins a backup, so that no clean-up takes it, or lets it go. */
export async function pin(backup: Backup, pinned: boolean): Promise<void> {
  if (pinning.peek().has(backup.id)) return
  pinning.value = new Set([...pinning.peek(), backup.id])
  try {
    await change.edit(backup.id, { pinned })
    say(t(pinned ? 'list.pinned.done' : 'list.unpinned.done'))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.needsFreshSignIn) openDialog({ name: 'fresh' })
    else say(explain(error), 'bad')
  } finally {
    pinning.value = new Set([...pinning.peek()].filter((id) => id !== backup.id))
    changed()
  }
}

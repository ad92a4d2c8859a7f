import type { Backup, ComponentName, RestoreRequest } from '../../api'

/** What is taken out of a backup. */
export type Part = 'all' | ComponentName

/** What the user wants restored, and how. */
export interface Choice {
  part: Part
  /** Take a safety backup of the present state first. */
  safety: boolean
  /** Compare the content of files that seem unchanged, too. */
  compare: boolean
}

/** The entries that were chosen by browsing; none means whole parts. */
export interface Entries {
  paths: string[]
  pathsBase64: string[]
}

/** What is chosen when a dialog opens. */
export const firstChoice: Choice = { part: 'all', safety: true, compare: true }

/** Returns what can be taken out of a backup, as a whole. */
export function partsOf(backup: Pick<Backup, 'type'>): Part[] {
  return backup.type === 'full' ? ['all', 'database', 'storage'] : [backup.type]
}

/** Whether only chosen entries are restored: then nothing is removed. */
export function isSelective(entries: Entries): boolean {
  return entries.paths.length + entries.pathsBase64.length > 0
}

/** Returns the components that a restore touches. */
export function componentsOf(backup: Pick<Backup, 'type'>, choice: Choice, entries: Entries): ComponentName[] {
  const all: ComponentName[] = backup.type === 'full' ? ['database', 'storage'] : [backup.type]
  if (isSelective(entries)) return all.filter((c) => touches(c, entries))
  return choice.part === 'all' ? all : all.filter((c) => c === choice.part)
}

// Paths in base64 are not text, so they cannot be the database's.
function touches(component: ComponentName, entries: Entries): boolean {
  if (component === 'storage' && entries.pathsBase64.length > 0) return true
  return entries.paths.some((path) => path === component || path.startsWith(`${component}/`))
}

/** Returns the components that the backup does not hold whole. */
export function incomplete(backup: Pick<Backup, 'components'>, components: ComponentName[]): ComponentName[] {
  return backup.components.filter((c) => !c.success && components.includes(c.name)).map((c) => c.name)
}

/** Returns the body of the request. */
export function requestOf(backup: Pick<Backup, 'id'>, choice: Choice, entries: Entries, dryRun: boolean): RestoreRequest {
  const selective = isSelective(entries)
  return {
    backup_path: backup.id,
    verify_checksum: choice.compare,
    safety_backup: choice.safety,
    dry_run: dryRun,
    ...(!selective && choice.part !== 'all' && { components: [choice.part] }),
    ...(entries.paths.length > 0 && { paths: entries.paths }),
    ...(entries.pathsBase64.length > 0 && { paths_base64: entries.pathsBase64 }),
  }
}

import type { Backup, ComponentName } from '../../api'

/**
 * Whether something of a component is in a backup that does not hold it whole. A
 * database is in it whole or not at all.
 */
export function holdsSome(b: Pick<Backup, 'file_count' | 'db_success'>, component: ComponentName): boolean {
  return component === 'storage' && b.file_count > (b.db_success ? 1 : 0)
}

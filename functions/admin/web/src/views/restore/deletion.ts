import type { Backup, CanDeleteAnswer, ComponentName } from '../../api'

/** Why a backup cannot be deleted. */
export type Obstacle = 'running' | 'pinned' | 'last' | 'refused'

/** Says whether one of the chosen backups can go. */
export interface Verdict {
  backup: Backup
  obstacle: Obstacle | undefined
  /** The reason in the server's words. */
  reason: string
}

/** What stays of a component when the chosen are gone. */
export interface Remains {
  component: ComponentName
  /** The newest backup that still holds it; undefined when none does. */
  newest: Backup | undefined
  /** Whether one of the chosen holds it. */
  affected: boolean
}

const components: readonly ComponentName[] = ['database', 'storage']

/** Whether a component can be restored from a backup that protects the data: safety backups go by themselves. */
export function protects(b: Backup, component: ComponentName): boolean {
  const restorable = b.status === 'completed' || b.status === 'partial'
  return restorable && b.reason !== 'pre-restore' && (component === 'database' ? b.db_success : b.storage_success)
}

/** Returns which components are left where. Backups come newest first. */
export function remains(chosen: readonly Backup[], backups: readonly Backup[]): Remains[] {
  const going = new Set(chosen.map((b) => b.id))
  return components.map((component) => ({
    component,
    newest: backups.find((b) => !going.has(b.id) && protects(b, component)),
    affected: chosen.some((b) => protects(b, component)),
  }))
}

/** Whether what stays is known: every affected component is found, so older pages add nothing. */
export function settled(left: readonly Remains[]): boolean {
  return left.every((r) => !r.affected || r.newest !== undefined)
}

/** Returns the components of which the last copy would go. */
export function lastCopies(left: readonly Remains[]): ComponentName[] {
  return left.filter((r) => r.affected && !r.newest).map((r) => r.component)
}

/** Says whether each of the chosen can go, by its record and by what the server says of it alone. */
export function verdicts(chosen: readonly Backup[], answers: ReadonlyMap<string, CanDeleteAnswer>): Verdict[] {
  return chosen.map((backup) => {
    const answer = answers.get(backup.id)
    return { backup, obstacle: obstacleOf(backup, answer), reason: answer?.reason ?? '' }
  })
}

function obstacleOf(b: Backup, answer: CanDeleteAnswer | undefined): Obstacle | undefined {
  if (b.status === 'pending' || b.status === 'running') return 'running'
  if (b.pinned) return 'pinned'
  if (answer && !answer.can_delete) return answer.is_last_of_type ? 'last' : 'refused'
  return undefined
}

/** How a delete may be asked for. */
export interface Deletion {
  /** What would be sent: what can never go is left out. */
  ids: string[]
  /** Only with force, since the last copy of something goes. */
  force: boolean
  last: ComponentName[]
}

/** Returns those of the chosen that can go, be it with force. */
export function possible(judged: readonly Verdict[]): Backup[] {
  return judged.filter((v) => v.obstacle === undefined || v.obstacle === 'last').map((v) => v.backup)
}

/** Returns the delete that is possible; no ids means none is. left is what remains without them. */
export function deletionOf(judged: readonly Verdict[], left: readonly Remains[]): Deletion {
  const last = lastCopies(left)
  return { ids: possible(judged).map((b) => b.id), force: last.length > 0, last }
}

/** The most backups that one request deletes. */
export const mostAtOnce = 100

/** What became of each backup that was to be deleted. */
export type Fate = 'deleted' | 'going' | 'there' | 'unknown'

/** Returns what became of a backup by reading it again; null means that it is gone. */
export function fateOf(record: Backup | null | undefined): Fate {
  if (record === undefined) return 'unknown'
  if (record === null) return 'deleted'
  return record.status === 'deleting' ? 'going' : 'there'
}

import type { Backup, ComponentName, Kind, Operation } from '../../api'

/** What a restore changes in one component. */
export interface Line {
  component: ComponentName
  written: number
  bytes: number
  removed: number
  attributes: number
  unchanged: number
}

/** What a restore changes, all together. */
export interface Plan {
  lines: Line[]
  written: number
  bytes: number
  removed: number
  attributes: number
  unchanged: number
  /** Entries that are not what they are in the backup. */
  different: number
  requiredBytes: number
}

/** Returns what an operation would change or has changed; undefined while that is not known. */
export function planOf(operation: Pick<Operation, 'restore'> | undefined): Plan | undefined {
  const plan = operation?.restore?.plan
  if (!plan) return undefined
  const total: Plan = {
    lines: [], written: 0, bytes: 0, removed: 0, attributes: 0, unchanged: 0, different: 0, requiredBytes: 0,
  }
  for (const component of ['database', 'storage'] as const) {
    const sum = plan[component]
    if (!sum) continue
    total.lines.push({
      component, written: sum.write_files, bytes: sum.write_bytes, removed: sum.remove,
      attributes: sum.metadata_only, unchanged: sum.unchanged,
    })
    total.written += sum.write_files
    total.bytes += sum.write_bytes
    total.removed += sum.remove
    total.attributes += sum.metadata_only
    total.unchanged += sum.unchanged
    total.requiredBytes += sum.required_bytes
  }
  total.different = total.written + total.removed + total.attributes
  return total
}

/** Returns what kind of safety backup a restore of components takes. */
export function safetyKind(components: ComponentName[]): Kind {
  return components.length === 1 ? components[0]! : 'full'
}

/** What is known of earlier runs. */
export interface History {
  backups: Backup[]
  operations: Operation[]
}

// Faster runs than this have found next to nothing to write: their rate says nothing.
const tellingBytes = 1 << 20

// A run that moved less than this part of what is to be written tells little: its
// time went into other things.
const tellingPart = 1 / 16

/**
 * Estimates in milliseconds how long a restore takes, by the dry run and by how
 * fast earlier runs were; undefined when there was none to judge by.
 */
export function timeNeeded(plan: Plan, dryRunMs: number, safety: Kind | undefined, history: History): number | undefined {
  const rate = writeRate(plan.bytes, history)
  const secured = safety === undefined ? 0 : backupTime(safety, history.backups)
  if (secured === undefined || (rate === undefined && plan.bytes > tellingBytes)) return undefined
  return Math.max(1000, dryRunMs + secured + (rate === undefined ? 0 : plan.bytes / rate))
}

/**
 * Bytes in a millisecond: those of the fastest restore that says something, else of
 * the fastest backup. The times of runs hold more than their bytes (looking at what
 * is there, a safety backup), so each rate is less than what can be reached.
 */
function writeRate(bytes: number, { backups, operations }: History): number | undefined {
  const telling = Math.max(tellingBytes, bytes * tellingPart)
  const restores = operations
    .filter((o) => o.restore && !o.restore.dry_run && o.status === 'completed')
    .map((o) => ({ bytes: planOf(o)?.bytes ?? 0, ms: o.restore?.duration_ms ?? 0 }))
  const taken = backups.filter((b) => b.status === 'completed').map((b) => ({ bytes: b.file_size, ms: lasted(b) }))
  for (const runs of [restores, taken]) {
    const rates = runs.filter((run) => run.bytes >= telling && run.ms > 0).map((run) => run.bytes / run.ms)
    if (rates.length > 0) return Math.max(...rates)
  }
  return undefined
}

/** How long the newest backup of a kind took, or of one that holds more. */
function backupTime(kind: Kind, backups: Backup[]): number | undefined {
  const finished = backups.filter((b) => b.status === 'completed' && lasted(b) > 0)
  const found = finished.find((b) => b.type === kind) ?? finished.find((b) => b.type === 'full')
  return found && lasted(found)
}

function lasted(b: Backup): number {
  return b.finished_at === undefined ? 0 : Date.parse(b.finished_at) - Date.parse(b.created_at)
}

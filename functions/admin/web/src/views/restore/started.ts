import type { Operation, Verb } from '../../api'

/** Tells an operation that was just asked for from all others. */
export interface Signature {
  verb: Verb
  backup?: string
  dryRun?: boolean
  undoOf?: string
  /** How records call who asked. */
  by: string
}

/** Returns the operation that a request has started: one that was not there before it was sent. */
export function startedBy(
  signature: Signature, operations: readonly Operation[], before: ReadonlySet<string>,
): Operation | undefined {
  return operations.find((o) => !before.has(o.id) && fits(signature, o))
}

function fits(s: Signature, o: Operation): boolean {
  const dryRun = o.restore?.dry_run ?? o.rotate?.dry_run
  return (
    o.verb === s.verb &&
    o.created_by === s.by &&
    (s.backup === undefined || o.backup_id === s.backup) &&
    (s.undoOf === undefined || o.undo_of === s.undoOf) &&
    // A rotation says only at its end whether it was a dry run.
    (s.dryRun === undefined || dryRun === undefined || dryRun === s.dryRun)
  )
}

/** Milliseconds after which a request that was never answered would have left its trace. */
export const traceTime = 10_000

/** Whether it is certain enough that a request without an answer has not begun. */
export function neverBegan(failedAt: number, lookedAt: number | undefined): boolean {
  return lookedAt !== undefined && lookedAt - failedAt >= traceTime
}

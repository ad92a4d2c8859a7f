import type { Running } from '../../store'

/** How far a backup or an operation is, with a way to cancel it. */
export function ProgressPanel(_props: { running: Running }) {
  return null
}

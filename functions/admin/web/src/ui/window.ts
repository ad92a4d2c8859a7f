/** The rows that are in the document: those in sight and a few around. */
export interface Window {
  start: number
  end: number
}

/** How many rows beyond what is in sight are there, so that scrolling meets no hole. */
export const overscan = 8

/**
 * Returns which of count rows of one height are to be in the document. top is where
 * the list begins, seen from the top of what is in sight; view is its height.
 */
export function windowOf(count: number, height: number, top: number, view: number): Window {
  const first = Math.floor(-top / height) - overscan
  const last = Math.ceil((view - top) / height) + overscan
  const end = Math.max(0, Math.min(count, last))
  return { start: Math.max(0, Math.min(first, end)), end }
}

/** Returns the indexes of a window and of one more row, in order: the focus is never taken away. */
export function indexes({ start, end }: Window, kept: number | undefined): number[] {
  const within = Array.from({ length: end - start }, (_, i) => start + i)
  if (kept === undefined || (kept >= start && kept < end)) return within
  return kept < start ? [kept, ...within] : [...within, kept]
}

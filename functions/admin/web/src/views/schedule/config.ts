/** More is no configuration of ours. */
export const largestFile = 256 * 1024

/** Why a file cannot be imported; the server says the rest. */
export type Fault = 'large' | 'json' | 'shape'

/** Reads the text of an exported configuration. */
export function readConfig(text: string): { config: unknown } | { fault: Fault } {
  if (text.length > largestFile) return { fault: 'large' }
  let config: unknown
  try {
    config = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return { fault: 'json' }
  }
  const shaped = typeof config === 'object' && config !== null && Array.isArray((config as { schedules?: unknown }).schedules)
  return shaped ? { config } : { fault: 'shape' }
}

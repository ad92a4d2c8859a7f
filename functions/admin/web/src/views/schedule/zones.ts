/** The time zones that can be chosen: those of the browser and those that are in use. */
export function zones(inUse: readonly string[]): string[] {
  const known = Intl.supportedValuesOf('timeZone')
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const all = new Set(['UTC', own, ...inUse, ...known].filter((zone) => zone !== ''))
  return [...all].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'))
}

function rank(zone: string): number {
  return zone === 'UTC' ? 0 : 1
}

const offsets = new Map<string, string>()

/** Returns how far a time zone is from UTC now, as GMT+3; empty for one that the browser does not know. */
export function offset(zone: string, now: Date = new Date()): string {
  let text = offsets.get(zone)
  if (text === undefined) {
    text = lookUp(zone, now)
    offsets.set(zone, text)
  }
  return text
}

function lookUp(zone: string, now: Date): string {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(now)
    return parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
  } catch {
    return ''
  }
}

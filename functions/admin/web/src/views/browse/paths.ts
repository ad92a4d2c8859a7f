/** A path as the API has it: its text and, when that could not show all of it, its bytes. */
export interface Exact {
  path: string
  path_base64?: string
}

/** The top of a backup. */
export const top: Exact = { path: '' }

const slash = 0x2f

/** Returns the bytes of a path. */
export function bytesOf({ path, path_base64 }: Exact): Uint8Array {
  if (path_base64 === undefined) return new TextEncoder().encode(path)
  return Uint8Array.from(atob(path_base64), (c) => c.charCodeAt(0))
}

/** Returns a path of bytes; what is not text gets its base64 as well. */
export function exactOf(bytes: Uint8Array): Exact {
  try {
    return { path: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { path: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), path_base64: base64(bytes) }
  }
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/** Tells entries apart. */
export function keyOf(entry: Exact): string {
  return entry.path_base64 === undefined ? `/${entry.path}` : `=${entry.path_base64}`
}

// Addresses of requests may have ten thousand bytes in AWS, and percent signs triple a text.
const longest = 3000

/**
 * Returns the form in which the API takes a path: as text, or as base64 when
 * it is none, has control characters or would make the address too long.
 */
export function wireForm(entry: Exact): { text: string } | { base64: string } {
  if (entry.path_base64 !== undefined) return { base64: entry.path_base64 }
  const plain = !/[\u0000-\u001f\u007f-\u009f]/.test(entry.path) && !/\p{Surrogate}/u.test(entry.path)
  if (plain && encodeURIComponent(entry.path).length <= longest) return { text: entry.path }
  return { base64: base64(bytesOf(entry)) }
}

/** Returns query parameters of a path: name, or name_base64. */
export function queryOf(entry: Exact, name: 'path' | 'prefix'): Record<string, string> {
  const form = wireForm(entry)
  if ('base64' in form) return { [`${name}_base64`]: form.base64 }
  return form.text === '' ? {} : { [name]: form.text }
}

/** Returns the folder that the page's address names. */
export function placeOf(params: URLSearchParams): Exact {
  const inBase64 = params.get('path_base64')
  if (inBase64 === null) return { path: params.get('path') ?? '' }
  try {
    return exactOf(bytesOf({ path: '', path_base64: inBase64 }))
  } catch {
    return top
  }
}

/** Returns the folders from the top to a place, the place last. */
export function crumbs(place: Exact): { name: string; place: Exact }[] {
  const bytes = bytesOf(place)
  const found: { name: string; place: Exact }[] = []
  let start = 0
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== slash) continue
    if (at > start) found.push({ name: exactOf(bytes.slice(start, at)).path, place: exactOf(bytes.slice(0, at)) })
    start = at + 1
  }
  return found
}

/** Returns the path as seen from a folder that it is in. */
export function nameBelow(entry: Exact, place: Exact): string {
  const prefix = place.path === '' ? '' : `${place.path}/`
  return entry.path.startsWith(prefix) ? entry.path.slice(prefix.length) : entry.path
}

/** Returns the last part of a path. */
export function baseName(entry: Exact): string {
  return entry.path.slice(entry.path.lastIndexOf('/') + 1)
}

/** Leaves out what lies below others: they are taken with everything in them. */
export function outermost<T extends Exact>(entries: readonly T[]): T[] {
  const keys = new Set(entries.map(keyOf))
  return entries.filter((entry) => !crumbs(entry).slice(0, -1).some((above) => keys.has(keyOf(above.place))))
}

/** A part of a text from outside: text as it is, or one character that cannot be seen or moves others. */
export interface Segment {
  text: string
  /** Its code point, as U+202E, when it has to be made visible. */
  code?: string
}

// Control characters, what changes the direction of writing, and what has no width. The
// joiners of emoji and of some scripts are none of these.
const invisible = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g

/** More are not made visible: a name of four thousand of them is odd enough. */
const most = 200

/** Splits a text so that nothing in it can hide or turn round what is beside it. */
export function segments(name: string): Segment[] {
  const found: Segment[] = []
  let at = 0
  for (const match of name.matchAll(invisible)) {
    if (found.length >= most) break
    if (match.index > at) found.push({ text: name.slice(at, match.index) })
    found.push({ text: match[0], code: codeOf(match[0]) })
    at = match.index + match[0].length
  }
  if (at < name.length) found.push({ text: name.slice(at) })
  return found
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

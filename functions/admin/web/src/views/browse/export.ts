import type { Export, Operation } from '../../api'
import { isActive } from '../../store'

export type Format = 'raw' | 'zip' | 'tar.zst'

/** What is downloaded: all of a backup, a folder, a file, or something of which only the path is known. */
export type Subject = 'all' | 'dir' | 'file' | 'unknown'

/** The formats that can be chosen, the usual one first. */
export function formatsFor(subject: Subject): readonly Format[] {
  switch (subject) {
    case 'all':
      return ['tar.zst', 'zip']
    case 'dir':
      return ['zip', 'tar.zst']
    default:
      return [] // The server knows.
  }
}

/** An export that has been made. */
export type Made = Export & { expires_at: string }

/** How an export stands. */
export type Stage =
  | { name: 'preparing' }
  | { name: 'ready'; file: Made & { url: string } }
  /** It is there, but its link has run out or was not given. */
  | { name: 'linkless'; file: Made }
  | { name: 'expired' }
  | { name: 'failed' }

/** Returns how an export stands at a time. */
export function stageOf(operation: Operation, now: number): Stage {
  const made = operation.export
  if (isActive(operation.status)) return { name: 'preparing' }
  if (operation.status !== 'completed' && operation.status !== 'partial') return { name: 'failed' }
  if (made?.expires_at === undefined || Date.parse(made.expires_at) <= now) return { name: 'expired' }
  const file = { ...made, expires_at: made.expires_at }
  return file.url === undefined ? { name: 'linkless', file } : { name: 'ready', file: { ...file, url: file.url } }
}

/** A link works for fifteen minutes; it is asked for anew before that. */
export const linkLife = 15 * 60_000
export const renewAfter = 10 * 60_000

/** Returns a name as one word of a shell, whatever is in it. */
export function quoted(name: string, shell: 'sh' | 'powershell'): string {
  if (/^[\w.,@+=-]+$/.test(name) && !name.startsWith('-')) return name
  const safe = name.startsWith('-') ? `./${name}` : name
  return shell === 'sh' ? `'${safe.replaceAll("'", `'\\''`)}'` : `'${safe.replaceAll(/['‘’‚‛]/g, "$&$&")}'`
}

/** Returns the commands that print a file's SHA-256, by system. */
export function checkCommands(name: string): { system: 'linux' | 'macos' | 'windows'; command: string }[] {
  return [
    { system: 'linux', command: `sha256sum ${quoted(name, 'sh')}` },
    { system: 'macos', command: `shasum -a 256 ${quoted(name, 'sh')}` },
    { system: 'windows', command: `Get-FileHash -LiteralPath ${quoted(name, 'powershell')}` },
  ]
}

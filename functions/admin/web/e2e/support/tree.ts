import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Returns what a directory holds: every path with its mode, its time and what
 * it is, files by the SHA-256 of their bytes.
 */
export function treeOf(directory: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name)
    const info = lstatSync(path)
    const what = info.isSymbolicLink() ? `-> ${readlinkSync(path)}` : info.isFile() ? sha256(path) : 'directory'
    const mode = info.isSymbolicLink() ? '' : (info.mode & 0o7777).toString(8)
    found.set(name, `${mode} ${info.isFile() ? info.mtimeMs : ''} ${what}`)
  }
  return found
}

/** The SHA-256 of a file's bytes. */
export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

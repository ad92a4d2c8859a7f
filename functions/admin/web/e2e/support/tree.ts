import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Returns what a directory holds: every path with its mode, its time and what
 * it is, files by the SHA-256 of their bytes.
 */
export function treeOf(directory: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of readdirSync(directory, { recursive: true, encoding: 'buffer' }).map((n) => n.toString('latin1')).sort()) {
    const path = Buffer.from(join(directory, name), 'latin1')
    const info = lstatSync(path)
    const what = info.isSymbolicLink() ? `-> ${readlinkSync(path)}` : info.isFile() ? sha256(path) : 'directory'
    const mode = info.isSymbolicLink() ? '' : (info.mode & 0o7777).toString(8)
    found.set(Buffer.from(name, 'latin1').toString(), `${mode} ${info.isFile() ? info.mtimeMs : ''} ${what}`)
  }
  return found
}

/** The SHA-256 of a file's bytes. */
export function sha256(path: string | Buffer): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

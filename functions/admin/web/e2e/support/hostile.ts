import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Texts that must be shown as they are. Each one that is run sets window.ran. */
export const hostileTexts = [
  '<script>window.ran=1</script>',
  '"><img src=x onerror=window.ran=2>.jpg',
  `it's "quoted" & 'escaped' &lt;b&gt;`,
  '𝄞🎂👩‍👩‍👧‍👦 four bytes',
  'right \u202Egpj.exe\u202C to left \u2067שלום\u2069',
  'javascript:window.ran=3',
  '{{count}} ${window.ran=4} {name}',
]

/** Files of these names, made below directory; a slash becomes another one. */
export function makeHostileFiles(directory: string): string[] {
  mkdirSync(directory, { recursive: true })
  const names = hostileTexts.map((text) => text.replaceAll('/', '∕'))
  for (const name of names) writeFileSync(join(directory, name), `content of ${name}`)
  return names
}

/** The deepest path that can be named: directories of 255 bytes, almost 4 kB in all. */
export function makeDeepFile(directory: string): string {
  const name = `${'длинное имя '.repeat(12)}`.slice(0, 130)
  const full = name + 'x'.repeat(255 - Buffer.byteLength(name))
  const parts: string[] = []
  while (Buffer.byteLength(join(directory, ...parts, full, 'leaf.txt')) < 3900) parts.push(full)
  mkdirSync(join(directory, ...parts), { recursive: true })
  const path = join(...parts, 'leaf.txt')
  writeFileSync(join(directory, path), 'deep')
  return path
}

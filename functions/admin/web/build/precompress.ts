import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

import type { Plugin } from 'vite'

const compressible = /\.(js|css|html|svg|json)$/

/** Writes a .br and a .gz beside every file that they make smaller. */
export function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: (config) => {
      outDir = join(config.root, config.build.outDir)
    },
    closeBundle: () => filesBelow(outDir).filter((f) => compressible.test(f)).forEach(compress),
  }
}

function compress(file: string): void {
  const raw = readFileSync(file)
  const variants = {
    '.br': brotliCompressSync(raw, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length },
    }),
    '.gz': gzipSync(raw, { level: 9 }),
  }
  for (const [extension, content] of Object.entries(variants)) {
    if (content.length < raw.length) writeFileSync(file + extension, content)
  }
}

/** Lists the files below a directory. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

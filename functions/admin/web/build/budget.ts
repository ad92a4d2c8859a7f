import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

import type { Plugin } from 'vite'

import { filesBelow } from './precompress'

/**
 * Fails a build whose JavaScript is larger than limit bytes, compressed as
 * browsers get it: each one that runs the page knows brotli.
 */
export function budget(limit: number): Plugin {
  let outDir = ''
  return {
    name: 'budget',
    apply: 'build',
    configResolved: (config) => {
      outDir = join(config.root, config.build.outDir)
    },
    closeBundle: () => {
      const sizes = filesBelow(outDir)
        .filter((f) => f.endsWith('.js'))
        .map((f) => [basename(f), brotliCompressSync(readFileSync(f)).length] as const)
      const total = sizes.reduce((sum, [, size]) => sum + size, 0)
      console.log(`JavaScript: ${total} of ${limit} bytes, compressed`)
      if (total > limit) {
        throw new Error(`too much JavaScript: ${sizes.map(([name, size]) => `${name} ${size}`).join(', ')}`)
      }
    },
  }
}

import { defineConfig } from 'vitest/config'

import { budget } from './build/budget'
import { precompress } from './build/precompress'

// The Go service that `npm run dev` hands the API to.
const service = process.env['SERVICE'] ?? 'http://localhost:8080'

export default defineConfig({
  base: '/admin/',
  logLevel: process.argv.includes('build') ? 'warn' : 'info',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  // 120 KB is what the whole page may weigh, see docs/design.md.
  plugins: [precompress(), budget(120_000)],
  server: {
    proxy: { '/backups': service, '/auth': service, '/issuer': service },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'build/**/*.test.ts'] },
})

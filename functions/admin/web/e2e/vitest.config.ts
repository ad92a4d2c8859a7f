import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

// Each file has a service of its own; its tests are one story, told in order.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    environment: 'node',
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/support/prepare.ts'],
    setupFiles: ['e2e/support/watch.ts'],
    reporters: ['verbose'],
    // They wait for seconds, leases and clocks more than they compute.
    pool: 'forks',
    maxWorkers: 2,
    minWorkers: 1,
    bail: 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

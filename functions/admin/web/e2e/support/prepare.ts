import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TestProject } from 'vitest/node'

import { chromiumPath, repository, screenshots } from './places'

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of infra/local, with the page as it is built now. */
    binary: string
  }
}

/** Builds the program once for all files, and says what is missing. */
export default function prepare(project: TestProject): () => void {
  const needed = {
    [chromiumPath]: 'make web-e2e installs it, CHROMIUM names another',
    [join(repository, 'functions/admin/web/dist/index.html')]: 'make web builds it',
    [join(repository, '.local/bin/versitygw')]: 'make servers installs it',
    [join(repository, '.local/npm/node_modules/.bin/dynalite')]: 'make servers installs it',
  }
  for (const [path, how] of Object.entries(needed)) {
    if (!existsSync(path)) throw new Error(`There is no ${path}; ${how}.`)
  }
  rmSync(screenshots, { recursive: true, force: true })
  const directory = mkdtempSync(join(tmpdir(), 'vertex-e2e-'))
  const binary = join(directory, 'local')
  execFileSync('go', ['build', '-o', binary, './infra/local'], { cwd: repository, stdio: 'inherit' })
  project.provide('binary', binary)
  return () => rmSync(directory, { recursive: true, force: true })
}

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const repository = fileURLToPath(new URL('../../../../..', import.meta.url))

/** What the tests leave: every view in pictures, and traces. */
export const screenshots = join(repository, '.local', 'screenshots')
export const artefacts = join(repository, '.local', 'e2e')

/** Debian's browser; CHROMIUM names another. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

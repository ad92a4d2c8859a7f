import { href } from '../../router'

import { queryOf, type Exact } from './paths'

/** Returns the address at which a folder of a backup is shown. */
export function addressOf(backup: string, place: Exact): string {
  const params = new URLSearchParams(queryOf(place, 'path')).toString()
  return href({ name: 'files', id: backup }) + (params === '' ? '' : `?${params}`)
}

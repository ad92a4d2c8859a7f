import type { Backup, Operation } from '../../src/api/types'

import type { Visitor } from './visitor'
import { eventually } from './wait'

/** Takes a backup without the page and waits until it is complete. */
export async function takeBackup(visitor: Visitor, type: 'database' | 'storage' | 'full', note = ''): Promise<Backup> {
  const { backup } = await visitor.ask<{ backup: Backup }>('POST', '/backups/create', { type, ...(note && { note }) })
  return finished(visitor, backup.id, 'completed')
}

/** Waits until the backup has ended, as status. */
export async function finished(visitor: Visitor, id: string, status: string, within?: number): Promise<Backup> {
  let last: Backup | undefined
  await eventually(
    `backup ${id} is ${status}`,
    async () => {
      last = (await visitor.ask<{ backup: Backup }>('GET', `/backups/${id}`)).backup
      return last.status === status
    },
    within,
  )
  return last!
}

/** All backups, the newest first. */
export async function backups(visitor: Visitor): Promise<Backup[]> {
  return (await visitor.ask<{ backups: Backup[] }>('GET', '/backups/list?limit=1000')).backups
}

/** All operations, the newest first. */
export async function operations(visitor: Visitor): Promise<Operation[]> {
  return (await visitor.ask<{ operations: Operation[] }>('GET', '/backups/operations')).operations
}

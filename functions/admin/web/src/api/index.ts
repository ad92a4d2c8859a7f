import { observe } from '../store/connection'

import { Client, sleep, type Answer, type Options, type Query } from './client'
import type {
  AuditAnswer,
  CancelAnswer,
  CanDeleteAnswer,
  ComponentName,
  CreateAnswer,
  DeleteAnswer,
  DownloadAnswer,
  FilesAnswer,
  GetAnswer,
  JobName,
  Kind,
  ListAnswer,
  LogAnswer,
  Me,
  OperationAnswer,
  OperationsAnswer,
  RestoreAnswer,
  RestoreTestAnswer,
  RotateAnswer,
  ScheduleAnswer,
  ScheduleConfig,
  ScheduleImportAnswer,
  SchedulePreview,
  SchedulePutAnswer,
  ScheduleRunAnswer,
  Stats,
  VerifyAnswer,
} from './types'

export { ApiError } from './client'
export type { Answer, Options } from './client'
export type * from './types'

const client = new Client({ fetch: (...args) => fetch(...args), sleep, random: Math.random, observe })

/** Reading that a poll repeats anyway. */
export type Reading = Pick<Options, 'signal' | 'retries' | 'timeout'>

export interface ListQuery {
  backup_type?: Kind
  status?: string
  q?: string
  from?: string
  to?: string
  limit?: number
  cursor?: string
}

export interface RestoreRequest {
  backup_path: string
  verify_checksum?: boolean
  components?: ComponentName[]
  paths?: string[]
  paths_base64?: string[]
  dry_run?: boolean
  safety_backup?: boolean
}

const id = encodeURIComponent

/** What can be read. Failures that may pass are tried again. */
export const read = {
  me: (o?: Reading) => client.get<Me>('/auth/me', o),
  stats: (o?: Reading) => client.get<Stats>('/backups/stats', o),
  list: (query: ListQuery, o?: Reading) => client.get<ListAnswer>('/backups/list', { ...o, query: { ...query } }),
  backup: (backup: string, o?: Reading) =>
    client.get<GetAnswer>(`/backups/${id(backup)}`, o).then((a) => a.backup),
  operation: (operation: string, o?: Reading) =>
    client.get<OperationAnswer>(`/backups/operations/${id(operation)}`, o).then((a) => a.operation),
  operations: (query: { active?: boolean; limit?: number; cursor?: string }, o?: Reading) =>
    client.get<OperationsAnswer>('/backups/operations', { ...o, query }),
  files: (backup: string, query: Query, o?: Reading) =>
    client.get<FilesAnswer>(`/backups/${id(backup)}/files`, { ...o, query }),
  backupLog: (backup: string, after: number, o?: Reading) =>
    client.get<LogAnswer>(`/backups/${id(backup)}/log`, { ...o, query: { after } }),
  operationLog: (operation: string, after: number, o?: Reading) =>
    client.get<LogAnswer>(`/backups/operations/${id(operation)}/log`, { ...o, query: { after } }),
  canDelete: (backup: string, o?: Reading) =>
    client.get<CanDeleteAnswer>('/backups/can-delete', { ...o, query: { backup_path: backup } }),
  audit: (query: { cursor?: string; limit?: number; q?: string }, o?: Reading) =>
    client.get<AuditAnswer>('/backups/audit', { ...o, query }),
  schedule: (o?: Reading) => client.get<ScheduleAnswer>('/backups/schedule', o),
  scheduleExport: (o?: Reading) => client.get<ScheduleConfig>('/backups/schedule/export', o),
  /** Asks whether a backup can be restored; it changes nothing. */
  restoreTest: (backup: string, o?: Options) =>
    client.change<RestoreTestAnswer>('POST', '/backups/restore-test', { ...o, body: { backup_path: backup } }),
  /** Asks what a crontab means; it changes nothing. */
  schedulePreview: (crontab: string, timezone: string, o?: Options) =>
    client.change<SchedulePreview>('POST', '/backups/schedule/preview', { ...o, body: { crontab, timezone } }),
}

/** What changes something. Nothing here is ever sent twice by itself. */
export const change = {
  create: (body: { type: Kind; note?: string; test?: boolean }) =>
    client.change<CreateAnswer>('POST', '/backups/create', { body }),
  edit: (backup: string, body: { pinned?: boolean; note?: string; accepted?: boolean }) =>
    client.change<GetAnswer>('PATCH', `/backups/${id(backup)}`, { body }),
  remove: (backups: string[], force = false) =>
    client.change<DeleteAnswer>('DELETE', '/backups/delete', {
      query: { backup_path: backups.join(','), force: force || undefined },
    }),
  restore: (body: RestoreRequest) => client.change<RestoreAnswer>('POST', '/backups/restore', { body }),
  undo: (operation: string) =>
    client.change<RestoreAnswer>('POST', '/backups/undo', { body: { operation_id: operation } }),
  verify: (backup: string, deep = true) =>
    client.change<VerifyAnswer>('POST', '/backups/verify', { body: { backup_path: backup, deep } }),
  rotate: (query: { max_backups?: number; dry_run?: boolean }) =>
    client.change<RotateAnswer>('POST', '/backups/rotate', { query }),
  /** Asks a running backup or operation to stop. */
  cancel: (record: string) =>
    client.change<CancelAnswer>('POST', `/backups/operations/${id(record)}/cancel`),
  schedule: (job: JobName, body: { enabled: boolean; crontab: string; timezone?: string; version?: number }) =>
    client.change<SchedulePutAnswer>('PUT', `/backups/schedule/${job}`, { body }),
  runSchedule: (job: JobName) =>
    client.change<ScheduleRunAnswer>('POST', `/backups/schedule/${job}/run`),
  importSchedule: (config: unknown, dryRun: boolean) =>
    client.change<ScheduleImportAnswer>('POST', '/backups/schedule/import', { body: { config, dry_run: dryRun } }),
  /** Asks for a file, a folder or all of a backup as an export: a GET, but one that starts work. */
  download: (backup: string, query: { path?: string; path_base64?: string; format?: string }) =>
    client
      .get<DownloadAnswer>(`/backups/${id(backup)}/download`, {
        query,
        retries: 0,
        timeout: 35_000,
      })
      .then((body): Answer<typeof body> => ({ status: 200, location: '', body })),
  signEverybodyOut: () => client.change<{ success: boolean }>('POST', '/auth/sign-everybody-out'),
  logout: () => client.change<{ success: boolean }>('POST', '/auth/logout'),
}

/** Where an image of a backup can be looked at. */
export function previewURL(backup: string, file: { path: string; path_base64?: string }): string {
  const query = file.path_base64 ? { path_base64: file.path_base64 } : { path: file.path }
  return `/backups/${id(backup)}/preview?${new URLSearchParams(query).toString()}`
}

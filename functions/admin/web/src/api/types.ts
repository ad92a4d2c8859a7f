import type { components } from './schema'

type Schemas = components['schemas']

export type Kind = 'database' | 'storage' | 'full'
export type ComponentName = 'database' | 'storage'
export type Status = 'pending' | 'running' | 'completed' | 'partial' | 'failed' | 'cancelled' | 'deleting'
export type Verb = 'restore' | 'verify' | 'rotate' | 'reencrypt' | 'export'
export type JobName = 'database' | 'storage' | 'full' | 'rotation'

export type Progress = Schemas['Progress']

export type Backup = Schemas['Backup'] & {
  damaged?: boolean
  immutable?: boolean
  cancel_requested?: boolean
  duration_ms?: number
}

/** A file made for a download. */
export interface Export {
  name: string
  size: number
  sha256: string
  url?: string
  expires_at: string
  path: string
  format: string
}

export type Operation = Omit<Schemas['Operation'], 'verb' | 'export'> & {
  verb: Verb
  cancel_requested?: boolean
  undo_of?: string
  undoable?: boolean
  export?: Export
}

export type Stats = Schemas['StatsAnswer'] & {
  last_verified_at?: string
  last_verified_backup?: string
  last_restore?: { id: string; status: Status; finished_at: string; backup_id: string }
  last_failure?: Backup
  damaged_backups?: number
  newest_component?: Partial<Record<ComponentName, Backup>>
  max_backups?: number
}

export type ListAnswer = Omit<Schemas['ListAnswer'], 'backups'> & { backups: Backup[] }
export type CreateAnswer = Omit<Schemas['CreateAnswer'], 'backup'> & { backup?: Backup }
export type RestoreAnswer = Omit<Schemas['RestoreAnswer'], 'operation'> & { operation: Operation }
export type RestoreTestAnswer = Schemas['RestoreTestAnswer']
export type VerifyAnswer = Omit<Schemas['VerifyAnswer'], 'operation'> & { operation: Operation }
export type RotateAnswer = Omit<Schemas['RotateAnswer'], 'operation'> & { operation: Operation }
export type CanDeleteAnswer = Schemas['CanDeleteAnswer']
export type DeleteAnswer = Schemas['DeleteAnswer']
export type FilesAnswer = Schemas['FilesAnswer']
export type Entry = Schemas['Entry']

export interface OperationsAnswer {
  success: boolean
  operations: Operation[]
  count: number
  cursor?: string
}

export interface LogLine {
  seq: number
  time: string
  level: 'info' | 'warn' | 'error'
  code: string
  text: string
  args?: Record<string, string>
}

export interface LogAnswer {
  success: boolean
  lines: LogLine[]
  next: number
  finished: boolean
}

export interface AuditEntry {
  time: string
  actor: string
  role: string
  address: string
  action: string
  subject?: string
  outcome: 'accepted' | 'completed' | 'failed' | 'refused'
  status: number
  detail?: string
  arguments?: Record<string, string>
}

export interface AuditAnswer {
  success: boolean
  entries: AuditEntry[]
  count: number
  cursor?: string
}

export interface LastRun {
  id: string
  record: 'backup' | 'operation'
  status: Status
  started_at: string
  finished_at?: string
  errors: string[]
}

export interface ScheduleItem {
  job: JobName
  name: string
  enabled: boolean
  crontab: string
  expression: string
  timezone: string
  next_runs: string[]
  last_run?: LastRun
  updated_at?: string
  updated_by?: string
  version: number
}

export interface ScheduleAnswer {
  success: boolean
  scheduler_running: boolean
  timezone: string
  items: ScheduleItem[]
}

export interface SchedulePreview {
  success: boolean
  valid: boolean
  reason?: string
  expression?: string
  next_runs: string[]
}

export interface ScheduleConfig {
  version: number
  exported_at?: string
  timezone: string
  schedules: { job: JobName; enabled: boolean; crontab: string }[]
  retention?: { max_backups: number }
}

export interface ScheduleImportAnswer {
  success: boolean
  dry_run: boolean
  changes: { job: JobName; field: 'enabled' | 'crontab' | 'timezone'; from: string; to: string }[]
  items?: ScheduleItem[]
}

/** Who is signed in. */
export interface Me {
  email: string
  subject: string
  name: string
  role: 'backup-admins' | 'backup-viewers' | ''
  auth_time?: string
  fresh: boolean
  expires_at: string
}

/** An error as the server says it, by RFC 9457. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  instance?: string
  errors?: { message: string; location?: string }[]
}

import type { components } from './schema'

type Schemas = components['schemas']

export type Backup = Schemas['Backup']
export type Operation = Schemas['Operation']
export type Progress = Schemas['Progress']
export type Export = Schemas['Export']
export type Entry = Schemas['Entry']
export type LogLine = Schemas['LogLine']
export type AuditEntry = Schemas['AuditEntry']
export type ScheduleItem = Schemas['Schedule']
export type LastRun = Schemas['ScheduleRun']
export type ScheduleConfig = Schemas['ScheduleConfig']
export type Stats = Schemas['StatsAnswer']

export type Kind = Backup['type']
export type ComponentName = Schemas['Component']['name']
export type Status = Backup['status']
export type Verb = Operation['verb']
export type JobName = ScheduleItem['job']

export type GetAnswer = Schemas['GetAnswer']
export type ListAnswer = Schemas['ListAnswer']
export type CreateAnswer = Schemas['CreateAnswer']
export type RestoreAnswer = Schemas['RestoreAnswer']
export type RestoreTestAnswer = Schemas['RestoreTestAnswer']
export type VerifyAnswer = Schemas['VerifyAnswer']
export type RotateAnswer = Schemas['RotateAnswer']
export type CanDeleteAnswer = Schemas['CanDeleteAnswer']
export type DeleteAnswer = Schemas['DeleteAnswer']
export type DownloadAnswer = Schemas['DownloadAnswer']
export type FilesAnswer = Schemas['FilesAnswer']
export type OperationAnswer = Schemas['OperationAnswer']
export type OperationsAnswer = Schemas['OperationsAnswer']
export type LogAnswer = Schemas['LogAnswer']
export type AuditAnswer = Schemas['AuditAnswer']
export type CancelAnswer = Schemas['CancelAnswer']
export type ScheduleAnswer = Schemas['ScheduleAnswer']
export type SchedulePreview = Schemas['PreviewScheduleAnswer']
export type SchedulePutAnswer = Schemas['PutScheduleOutputBody']
export type ScheduleRunAnswer = Schemas['RunScheduleAnswer']
export type ScheduleImportAnswer = Schemas['ImportScheduleAnswer']

/** Who is signed in; the sign-in is not part of the document. */
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
export type Problem = Schemas['Problem']

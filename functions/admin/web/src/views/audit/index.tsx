import { useMemo } from 'preact/hooks'

import type { AuditEntry } from '../../api'
import { t, type Key } from '../../i18n'
import { dateTime, exactTime } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href, query, setQuery } from '../../router'
import { isAdmin, useResource } from '../../store'
import {
  Badge, Button, copyText, EmptyState, ErrorState, Loaded, Outside, SearchField, Table, type Column, type IconName, type Tone,
} from '../../ui'

import { tabbed } from './csv'
import { keyOf, subjectOf } from './entries'
import { ExportMenu } from './exporting'
import { AuditTrail } from './trail'

/** Who did what. */
export function AuditView() {
  return (
    <div class="page audit">
      <header class="page-head">
        <div>
          <h1>{t('audit.title')}</h1>
          <p class="muted">{t('audit.text')}</p>
        </div>
      </header>
      {isAdmin.value ? (
        <Trail />
      ) : (
        <EmptyState icon="lock" title={t('audit.adminsOnly')}>
          <p>{t('audit.adminsOnlyText')}</p>
        </EmptyState>
      )}
    </div>
  )
}

function Trail() {
  const q = query.value.get('q') ?? ''
  const trail = useMemo(() => new AuditTrail(q), [q])
  const state = useResource(trail.newest)
  return (
    <>
      <div class="bar-row">
        <div class="bar-search">
          <SearchField label={t('audit.filter')} placeholder={t('audit.filterHint')} value={q} onSearch={(text) => setQuery({ q: text })} />
        </div>
        <div class="page-actions">
          <Button
            small icon="copy" label={t('audit.copyLabel')} disabled={!state.data?.entries.length}
            onClick={() => void copyText(tabbed((state.data?.entries ?? []).map(rowOf)))}
          >
            {t('audit.copy')}
          </Button>
          <ExportMenu q={q} />
        </div>
      </div>
      <Loaded state={state} onRetry={() => trail.newest.refresh()}>
        {({ entries, cursor }) => (
          <>
            {entries.length === 0 ? <Nothing q={q} /> : <Entries entries={entries} />}
            {trail.olderError.value && (
              <ErrorState title={t('audit.olderFailed')} error={trail.olderError.value} onRetry={() => void trail.older()} />
            )}
            {cursor !== undefined && !trail.olderError.value && (
              <p class="older">
                <Button small busy={trail.loadingOlder.value} onClick={() => void trail.older()}>
                  {t('audit.older')}
                </Button>
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

function Nothing({ q }: { q: string }) {
  if (q === '') return <EmptyState icon="file" title={t('audit.none')} />
  return (
    <EmptyState icon="search" title={t('audit.noMatch')}>
      <p>{t('audit.noMatchText')}</p>
      <Button small onClick={() => setQuery({ q: '' })}>
        {t('audit.showAll')}
      </Button>
    </EmptyState>
  )
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const columns: Column<AuditEntry>[] = [
    { key: 'time', head: t('audit.head.time'), cell: (e) => <When time={e.time} /> },
    { key: 'actor', head: t('audit.head.actor'), cell: (e) => <Who entry={e} /> },
    { key: 'action', head: t('audit.head.action'), rowHeader: true, cell: (e) => actionText(e.action) },
    { key: 'subject', head: t('audit.head.subject'), cell: (e) => <Subject subject={e.subject} /> },
    { key: 'outcome', head: t('audit.head.outcome'), cell: (e) => <Outcome entry={e} /> },
    { key: 'detail', head: t('audit.head.detail'), cell: (e) => <Detail entry={e} /> },
  ]
  return (
    <div class="card audit-table" role="group" aria-label={t('audit.title')} tabIndex={0}>
      <Table caption={t('audit.caption')} captionHidden columns={columns} rows={entries} keyOf={keyOf} />
    </div>
  )
}

function When({ time }: { time: string }) {
  return (
    <time dateTime={time} title={exactTime(time)} class="numeric">
      {dateTime(time)}
    </time>
  )
}

function Who({ entry }: { entry: AuditEntry }) {
  return (
    <div>
      <Outside text={actorText(entry.actor)} />
      {entry.address && <span class="muted small outside block">{t('audit.from', { address: entry.address })}</span>}
    </div>
  )
}

function actorText(actor: string): string {
  if (actor === '') return t('audit.nobody')
  return actor === 'schedule' ? t('audit.schedule') : actor
}

const actions = [
  'create', 'edit', 'delete', 'restore', 'restore-test', 'undo', 'verify', 'rotate', 'reencrypt', 'cancel', 'download', 'export',
  'put-schedule', 'run-schedule', 'run-rotation', 'import-schedule', 'preview-schedule', 'sign-in', 'sign-out',
] as const

function actionText(action: string): string {
  const known = actions.find((name) => name === action)
  return known ? t(`audit.action.${known}` satisfies Key) : action
}

function Subject({ subject }: { subject: string }) {
  if (!subject) return null
  return (
    <span class="subjects">
      {subject.split(',').map((part) => (
        <One key={part} subject={part} />
      ))}
    </span>
  )
}

function One({ subject }: { subject: string }) {
  const found = subjectOf(subject)
  if (!found) return <Outside text={subject} />
  const to = found.record === 'backup' ? href({ name: 'details', id: found.id }) : href({ name: 'operation', id: found.id })
  return (
    <a class="mono outside" href={to}>
      {found.id}
    </a>
  )
}

const looks: Record<AuditEntry['outcome'], { tone: Tone; icon: IconName }> = {
  accepted: { tone: 'accent', icon: 'arrow' },
  completed: { tone: 'good', icon: 'check' },
  failed: { tone: 'bad', icon: 'cross' },
  refused: { tone: 'warn', icon: 'ban' },
  partial: { tone: 'warn', icon: 'alert' },
  cancelled: { tone: 'quiet', icon: 'ban' },
}

function Outcome({ entry }: { entry: AuditEntry }) {
  return (
    <Badge {...looks[entry.outcome]} title={t('audit.status', { status: String(entry.status) })}>
      {t(`audit.outcome.${entry.outcome}`)}
    </Badge>
  )
}

function Detail({ entry }: { entry: AuditEntry }) {
  const asked = Object.entries(entry.arguments)
  return (
    <div class="audit-detail">
      {entry.detail && <p><Outside text={serverText(entry.detail)} /></p>}
      {asked.length > 0 && (
        <details>
          <summary class="small">{t('audit.more')}</summary>
          <dl class="asked small">
            {asked.map(([name, value]) => (
              <div key={name}>
                <dt class="muted outside">{name}</dt>
                <dd class="mono">
                <Outside text={value} />
              </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  )
}

/** An entry as a row of text, as it is shown. */
function rowOf(e: AuditEntry): string[] {
  return [
    e.time, actorText(e.actor), e.address, actionText(e.action), e.subject, t(`audit.outcome.${e.outcome}`),
    serverText(e.detail),
  ]
}

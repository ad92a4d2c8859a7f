import { read, type Operation } from '../../api'
import { language, t } from '../../i18n'
import { dateTime, list } from '../../i18n/format'
import { href } from '../../router'
import { isActive } from '../../store'
import { Ago, Outside, StatusBadge, statusText } from '../../ui'
import { LogPanel } from '../audit/log'

import { ProgressPanel, titleOf } from './panel'
import { RecordView } from './record'
import { Fact, Result, took } from './result'
import { Names, Sentences } from './sentences'

/** One operation: how far it is, then what it has done. */
export function OperationView({ id }: { id: string }) {
  return (
    <RecordView id={id} read={read.operation} title={t('progress.title')} slow={15_000}>
      {(operation) => <Inside operation={operation} />}
    </RecordView>
  )
}

function Inside({ operation }: { operation: Operation }) {
  const running = { record: 'operation' as const, value: operation }
  const active = isActive(operation.status)
  return (
    <>
      <div class="page-head">
        <div class="details-title">
          <h1>{titleOf(running)}</h1>
          <StatusBadge record={operation} />
        </div>
      </div>
      <div role="status" class="visually-hidden">
        {statusText(operation)}
      </div>
      {active && <ProgressPanel running={running} />}
      <Sentences tone="bad" title={t('progress.errors')} texts={operation.errors} />
      <Sentences tone="warn" title={t('progress.warnings')} texts={operation.warnings} />
      <Result operation={operation} />
      <section class="card" aria-label={t('progress.facts')}>
        <div class="card-body">
          <Facts operation={operation} />
        </div>
      </section>
      <LogPanel record="operation" id={operation.id} active={active} />
    </>
  )
}

function Facts({ operation: o }: { operation: Operation }) {
  const time = took(o)
  return (
    <dl class="facts">
      {o.backup_id && (
        <Fact name={t('details.title')}>
          <a class="mono" href={href({ name: 'details', id: o.backup_id })}>
            {o.backup_id}
          </a>
        </Fact>
      )}
      <Fact name={t('progress.begun')}>
        <Ago time={o.created_at} /> <span class="muted small">{dateTime(o.created_at)}</span>
      </Fact>
      {o.finished_at && (
        <Fact name={t('progress.ended')}>
          <Ago time={o.finished_at} /> <span class="muted small">{dateTime(o.finished_at)}</span>
        </Fact>
      )}
      {time && <Fact name={t('progress.took')}>{time}</Fact>}
      {o.created_by && (
        <Fact name={t('progress.by')}>
          <Outside text={o.created_by} />
        </Fact>
      )}
      {o.restore && o.restore.components.length > 0 && (
        <Fact name={t('progress.components')}>{list(o.restore.components.map((c, i) => (i === 0 ? t(`component.${c}`) : t(`component.${c}`).toLocaleLowerCase(language.value))))}</Fact>
      )}
      {o.restore && o.restore.paths.length > 0 && (
        <Fact name={t('progress.paths')}>
          <Names texts={o.restore.paths} mono />
        </Fact>
      )}
      {o.undo_of && (
        <Fact name={t('progress.undoes')}>
          <a class="mono" href={href({ name: 'operation', id: o.undo_of })}>
            {o.undo_of}
          </a>
        </Fact>
      )}
      <Fact name={t('progress.id')}>
        <span class="mono">{o.id}</span>
      </Fact>
    </dl>
  )
}

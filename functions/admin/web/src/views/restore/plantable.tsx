import { t } from '../../i18n'
import { count, size } from '../../i18n/format'
import { Table, type Column } from '../../ui'

import type { Line, Plan } from './plan'

/** What a restore changes, or has changed, by component. */
export function PlanTable({ plan, done }: { plan: Plan; done: boolean }) {
  const columns: Column<Line>[] = [
    { key: 'part', head: t('restore.col.part'), cell: (l) => t(`component.${l.component}`), rowHeader: true },
    { key: 'written', head: t(done ? 'restore.col.wasWritten' : 'restore.col.written'), cell: written, numeric: true },
    {
      key: 'removed', head: t(done ? 'restore.col.wasRemoved' : 'restore.col.removed'), numeric: true,
      cell: (l) => (l.removed > 0 && !done ? <strong class="bad-text">{count(l.removed)}</strong> : count(l.removed)),
    },
    { key: 'attributes', head: t('restore.col.attributes'), cell: (l) => count(l.attributes), numeric: true },
    { key: 'unchanged', head: t('restore.col.unchanged'), cell: (l) => count(l.unchanged), numeric: true },
  ]
  return (
    <Table
      caption={t(done ? 'restore.planDone' : 'restore.plan')} captionHidden columns={columns} rows={plan.lines}
      keyOf={(l) => l.component}
    />
  )
}

function written(l: Line) {
  return (
    <span>
      {count(l.written)} {l.written > 0 && <span class="muted">({size(l.bytes)})</span>}
    </span>
  )
}

import { useEffect, useMemo } from 'preact/hooks'

import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { query } from '../../router'
import { isAdmin, running, useResource } from '../../store'
import { Button, EmptyState, Loaded, Menu } from '../../ui'
import { Overview } from '../overview'
import { ProgressPanel } from '../progress/panel'

import { listOf, type BackupList } from './backuplist'
import { Filters } from './filters'
import { keyOf, kinds, narrows, readFilter, type Filter } from './filter'
import { mostSelected, useSelection, type Selection } from './selection'
import { BackupTable } from './table'

/** What an administrator opens: how things stand, and the backups. */
export function HomeView() {
  return (
    <div class="page">
      <div class="page-head">
        <h1>{t('list.title')}</h1>
        {isAdmin.value && <Commands />}
      </div>
      <Overview>
        <UnderWay />
      </Overview>
      <BackupSection />
    </div>
  )
}

const icons = { full: 'layers', database: 'database', storage: 'image' } as const

function Commands() {
  return (
    <div class="commands">
      {kinds.map((kind) => (
        <Button key={kind} icon={icons[kind]} kind={kind === 'full' ? 'primary' : 'plain'} popup="dialog" onClick={() => openDialog({ name: 'create', kind })}>
          {t(`list.create.${kind}`)}
        </Button>
      ))}
      <Menu icon="more" label={t('list.moreCommands')} items={[{ text: t('list.rotate'), icon: 'trash', onClick: () => openDialog({ name: 'rotate' }) }]} />
    </div>
  )
}

/** All that is under way, whoever began it. */
function UnderWay() {
  if (running.value.length === 0) return null
  return (
    <section class="under-way" aria-label={t('list.underWay')}>
      {running.value.map((r) => (
        <ProgressPanel key={r.value.id} running={r} />
      ))}
    </section>
  )
}

function BackupSection() {
  const filter = readFilter(query.value)
  const key = keyOf(filter)
  const list = useMemo(() => listOf(filter), [key])
  useEffect(() => list.start(), [list])
  const state = useResource(list.newest)
  const selection = useSelection()
  useEffect(() => selection.all([]), [key])
  return (
    <section class="card list-card" aria-labelledby="list-title">
      <div class="card-head">
        <h2 id="list-title">{t('list.all.title')}</h2>
        <Found list={list} />
      </div>
      <div class="card-body">
        <Filters filter={filter} />
        {isAdmin.value && selection.backups.length > 0 && <SelectionBar selection={selection} />}
        <Loaded state={state} onRetry={() => list.newest.refresh()}>
          {() =>
            list.rows.value.rows.length === 0 && list.rows.value.complete ? (
              <Nothing filter={filter} />
            ) : (
              <BackupTable key={key} list={list} selection={isAdmin.value ? selection : undefined} />
            )
          }
        </Loaded>
      </div>
    </section>
  )
}

function Found({ list }: { list: BackupList }) {
  const { rows, complete } = list.rows.value
  return (
    <p role="status" class="muted">
      {rows.length > 0 && t(complete ? 'list.found' : 'list.foundSoFar', { count: rows.length })}
    </p>
  )
}

function Nothing({ filter }: { filter: Filter }) {
  if (narrows(filter)) return <EmptyState icon="search" title={t('list.nothingFound')}>{t('list.nothingFoundText')}</EmptyState>
  return <EmptyState title={t('list.empty')}>{t(isAdmin.value ? 'list.emptyAdmin' : 'list.emptyViewer')}</EmptyState>
}

/** What can be done with all that is ticked. */
function SelectionBar({ selection }: { selection: Selection }) {
  const { backups } = selection
  const many = backups.length > mostSelected
  return (
    <div class="selection" role="group" aria-label={t('list.selection')}>
      <p role="status">
        {t('list.selected', { count: backups.length })}
        {many && <span class="muted"> {t('list.tooMany', { count: mostSelected })}</span>}
      </p>
      <Button small icon="trash" kind="danger" disabled={many} popup="dialog" onClick={() => openDialog({ name: 'delete', backups })}>
        {t('list.deleteSelected')}
      </Button>
      <Button small kind="ghost" onClick={() => selection.all([])}>
        {t('list.unselect')}
      </Button>
    </div>
  )
}

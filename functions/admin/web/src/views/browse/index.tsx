import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

import { read, type Backup, type Entry } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { count, dateTime } from '../../i18n/format'
import { href, query, setQuery } from '../../router'
import { isAdmin, Resource, useResource } from '../../store'
import {
  Button, EmptyState, ErrorState, Icon, KindLabel, Loaded, Loading, Notice, Outside, SearchField, StatusBadge,
} from '../../ui'

import { FileDialog } from './file'
import { Listing, type Found } from './listing'
import { clicked, ordered, type Sorting } from './order'
import { addressOf } from './place'
import { crumbs, keyOf, placeOf, top, type Exact } from './paths'
import { Rows } from './rows'
import { SelectionBar, useSelection, type Selection } from './selection'

/** The files of a backup. */
export function BrowseView({ id }: { id: string }) {
  const backup = useMemo(() => new Resource<Backup>((s) => read.backup(id, { signal: s }), { interval: () => 30_000 }), [id])
  const state = useResource(backup)
  return (
    <div class="page browse">
      <header class="page-head">
        <div>
          <h1>{t('browse.title')}</h1>
          {state.data && <About backup={state.data} />}
        </div>
        {state.data && (
          <div class="page-actions">
            <Button
              small icon="download" disabled={!isAdmin.value} popup="dialog"
              onClick={() => state.data && openDialog({ name: 'download', backup: state.data })}
            >
              {t('browse.downloadAll')}
            </Button>
          </div>
        )}
      </header>
      <Loaded state={state} onRetry={() => backup.refresh()}>
        {(data) => <Browser backup={data} />}
      </Loaded>
    </div>
  )
}

function About({ backup }: { backup: Backup }) {
  return (
    <p class="browse-about">
      <KindLabel kind={backup.type} />
      <span>{dateTime(backup.created_at)}</span>
      <StatusBadge record={backup} />
      <a href={href({ name: 'details', id: backup.id })} class="mono">
        {backup.id}
      </a>
    </p>
  )
}

function Browser({ backup }: { backup: Backup }) {
  const place = placeOf(query.value)
  const q = query.value.get('q') ?? ''
  const listing = useListing(backup.id, place, q)
  const selection = useSelection()
  return (
    <>
      {backup.status === 'partial' && (
        <Notice tone="warn" title={t('browse.partial')}>
          <p>{t('browse.partialText')}</p>
        </Notice>
      )}
      <section class="card browse-card" aria-label={t('browse.title')}>
        <div class="card-body browse-body">
          <div class="bar-row">
            <Crumbs backup={backup.id} place={place} />
            <div class="bar-search">
              <SearchField
                label={t(place.path === '' ? 'browse.searchAll' : 'browse.searchHere')} value={q}
                onSearch={(text) => setQuery({ q: text })}
              />
            </div>
          </div>
          <Content key={keyOf(place) + q} backup={backup} place={place} q={q} listing={listing} selection={selection} />
        </div>
      </section>
      <SelectionBar backup={backup} selection={selection} />
    </>
  )
}

/** Keeps what was read of the folders: a backup does not change. */
function useListing(backup: string, place: Exact, q: string): Listing {
  const known = useRef(new Map<string, Listing>())
  const key = `${q}\n${keyOf(place)}`
  const listing = known.current.get(key) ?? new Listing(backup, place, q)
  known.current.set(key, listing)
  useEffect(() => {
    if (!listing.found.peek().begun) void listing.more()
    return () => listing.stop()
  }, [listing])
  return listing
}

function Crumbs({ backup, place }: { backup: string; place: Exact }) {
  const path = crumbs(place)
  const head = useRef<HTMLElement>(null)
  useFocusOnMove(head, keyOf(place))
  return (
    <nav class="crumbs" aria-label={t('browse.path')} ref={head} tabIndex={-1}>
      <ol>
        <li>
          <a href={addressOf(backup, top)} aria-current={path.length === 0 ? 'page' : undefined}>
            <Icon name="layers" size={18} /> {t('browse.top')}
          </a>
        </li>
        {path.map((crumb, i) => (
          <li key={keyOf(crumb.place)}>
            <Icon name="chevronRight" size={16} />
            <a href={addressOf(backup, crumb.place)} aria-current={i === path.length - 1 ? 'page' : undefined}>
              <Outside text={crumb.name} clip />
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** Moves the focus to the path when the folder changes: the row that was clicked is gone. */
function useFocusOnMove(head: { current: HTMLElement | null }, key: string): void {
  const before = useRef(key)
  useEffect(() => {
    if (before.current === key) return
    before.current = key
    head.current?.focus({ preventScroll: true })
  }, [key])
}

interface ContentProps {
  backup: Backup
  place: Exact
  q: string
  listing: Listing
  selection: Selection
}

function Content({ backup, place, q, listing, selection }: ContentProps) {
  const [sorting, setSorting] = useState<Sorting | undefined>(undefined)
  const [opened, setOpened] = useState<Entry | undefined>(undefined)
  const found = listing.found.value
  const error = listing.error.value
  const rows = useOrdered(found, sorting)
  if (!found.begun) return error ? <ErrorState error={error} onRetry={() => void listing.more()} /> : <Loading />
  if (rows.length === 0) return <Nothing q={q} />
  const sort = (key: Sorting['key']) => {
    setSorting(clicked(sorting ?? (found.small ? { key: 'name', descending: false } : undefined), key))
    void listing.all()
  }
  const files = rows.filter((e) => e.type !== 'dir')
  return (
    <>
      <Counts found={found} listing={listing} q={q} />
      <Rows
        backup={backup} place={place} rows={rows} complete={found.cursor === undefined} sorting={sorting} onSort={sort}
        selection={selection} onOpen={setOpened} onEnd={() => !listing.error.peek() && void listing.more()}
      />
      {listing.loading.value && <Loading />}
      {error && <ErrorState title={t('browse.moreFailed')} error={error} onRetry={() => void listing.more()} />}
      {opened && (
        <FileDialog backup={backup} files={files} entry={opened} onEntry={setOpened} onClose={() => setOpened(undefined)} />
      )}
    </>
  )
}

/** Sorts what is complete; what is not keeps its order, so that nothing moves while it is read. */
function useOrdered(found: Found, sorting: Sorting | undefined): Entry[] {
  const complete = found.cursor === undefined
  const by = complete ? (sorting ?? (found.small ? ({ key: 'name', descending: false } as const) : undefined)) : undefined
  return useMemo(() => ordered(found.entries, by), [found.entries, by?.key, by?.descending])
}

function Nothing({ q }: { q: string }) {
  if (q === '') return <EmptyState icon="folder" title={t('browse.empty')} />
  return (
    <EmptyState icon="search" title={t('browse.noMatch')}>
      <p>{t('browse.noMatchText')}</p>
      <Button small onClick={() => setQuery({ q: '' })}>
        {t('browse.showAll')}
      </Button>
    </EmptyState>
  )
}

function Counts({ found, listing, q }: { found: Found; listing: Listing; q: string }) {
  const folders = found.entries.filter((e) => e.type === 'dir').length
  const files = found.entries.length - folders
  const text = `${t('browse.folders', { count: folders })}, ${t('count.files', { count: files })}`
  return (
    <div class="browse-counts" role="status">
      <span>{q === '' ? text : t('browse.found', { what: text })}</span>
      {found.cursor !== undefined && (
        <>
          <span class="muted">{t('browse.soFar', { amount: count(found.entries.length) })}</span>
          <Button small kind="ghost" busy={listing.loading.value} onClick={() => void listing.all()}>
            {t('browse.readAll')}
          </Button>
        </>
      )}
    </div>
  )
}

import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'

import type { Reading, Status } from '../../api'
import { t } from '../../i18n'
import { base } from '../../router'
import { isActive, Resource, useResource } from '../../store'
import { EmptyState, LinkButton, Loaded } from '../../ui'

const fast = 1500

interface RecordProps<T> {
  id: string
  read: (id: string, options: Reading) => Promise<T>
  /** What screen readers hear until the record is there. */
  title: string
  /** How long to wait between readings of a record that has ended, in milliseconds. */
  slow: number
  children: (record: T, resource: Resource<T>) => ComponentChildren
}

/** The page of one backup or operation, read again and again. */
export function RecordView<T extends { status: Status }>({ id, read, title, slow, children }: RecordProps<T>) {
  const resource = useMemo(
    () => new Resource((s) => read(id, { signal: s, retries: 0 }), { interval: (r) => (r && isActive(r.status) ? fast : slow) }),
    [id],
  )
  const state = useResource(resource)
  if (state.error?.status === 404 || state.error?.status === 422) return <Gone />
  return (
    <div class="page">
      <nav class="crumbs" aria-label={t('progress.crumbs')}>
        <a href={base}>{t('list.title')}</a>
      </nav>
      {!state.data && <h1 class="visually-hidden">{title}</h1>}
      <Loaded state={state} onRetry={() => resource.refresh()}>
        {(record) => children(record, resource)}
      </Loaded>
    </div>
  )
}

/** Says that a record is not, or no longer, there. */
function Gone() {
  return (
    <div class="page">
      <h1 class="visually-hidden">{t('error.notFound')}</h1>
      <EmptyState icon="search" title={t('error.notFound')}>
        <p>{t('error.notFoundText')}</p>
        <LinkButton href={base}>{t('error.toList')}</LinkButton>
      </EmptyState>
    </div>
  )
}

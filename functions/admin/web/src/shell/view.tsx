import { t } from '../i18n'
import { base, type Route } from '../router'
import { EmptyState, lazy, LinkButton } from '../ui'
import { DetailsView } from '../views/details'
import { HomeView } from '../views/list'
import { OperationView } from '../views/progress/operation'

const BrowseView = lazy(() => import('../views/browse').then((m) => m.BrowseView))
const ScheduleView = lazy(() => import('../views/schedule').then((m) => m.ScheduleView))
const AuditView = lazy(() => import('../views/audit').then((m) => m.AuditView))

/** Shows the view of an address. */
export function View({ route }: { route: Route }) {
  switch (route.name) {
    case 'list':
      return <HomeView />
    case 'details':
      return <DetailsView id={route.id} />
    case 'files':
      return <BrowseView id={route.id} />
    case 'operation':
      return <OperationView id={route.id} />
    case 'schedule':
      return <ScheduleView />
    case 'audit':
      return <AuditView />
    case 'unknown':
      return <NotFound />
  }
}

/** Says that an address leads nowhere. */
export function NotFound() {
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

/** Names a view, for the window's title. */
export function titleOf(route: Route): string {
  switch (route.name) {
    case 'list':
      return t('nav.backups')
    case 'details':
      return `${t('details.title')} ${route.id}`
    case 'files':
      return `${t('browse.title')} ${route.id}`
    case 'operation':
      return `${t('progress.title')} ${route.id}`
    case 'schedule':
      return t('nav.schedule')
    case 'audit':
      return t('nav.audit')
    case 'unknown':
      return t('error.notFound')
  }
}

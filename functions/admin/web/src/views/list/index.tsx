import { t } from '../../i18n'

/** What an administrator opens: how things stand, and the backups. */
export function HomeView() {
  return (
    <div class="page">
      <h1>{t('list.title')}</h1>
    </div>
  )
}

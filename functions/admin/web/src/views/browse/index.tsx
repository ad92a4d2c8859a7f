import { t } from '../../i18n'

/** The files of a backup. */
export function BrowseView({ id }: { id: string }) {
  return (
    <div class="page">
      <h1>{t('browse.title')}</h1>
      <p class="mono">{id}</p>
    </div>
  )
}

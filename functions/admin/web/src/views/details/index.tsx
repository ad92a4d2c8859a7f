import { t } from '../../i18n'

/** One backup. */
export function DetailsView({ id }: { id: string }) {
  return (
    <div class="page">
      <h1>{t('details.title')}</h1>
      <p class="mono">{id}</p>
    </div>
  )
}

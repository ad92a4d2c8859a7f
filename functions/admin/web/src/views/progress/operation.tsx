import { t } from '../../i18n'

/** One operation. */
export function OperationView({ id }: { id: string }) {
  return (
    <div class="page">
      <h1>{t('progress.title')}</h1>
      <p class="mono">{id}</p>
    </div>
  )
}

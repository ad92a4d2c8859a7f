import { t } from '../../i18n'

/** Who did what. */
export function AuditView() {
  return (
    <div class="page">
      <h1>{t('audit.title')}</h1>
    </div>
  )
}

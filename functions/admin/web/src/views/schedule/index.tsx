import { t } from '../../i18n'

/** The four jobs. */
export function ScheduleView() {
  return (
    <div class="page">
      <h1>{t('schedule.title')}</h1>
    </div>
  )
}

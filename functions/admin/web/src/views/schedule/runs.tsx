import type { LastRun as Run, ScheduleItem } from '../../api'
import { t } from '../../i18n'
import { ago, duration, zonedTime } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href } from '../../router'
import { isActive } from '../../store'
import { Ago, StatusBadge } from '../../ui'

import type { Draft } from './draft'
import type { Checked } from './check'
import { offset } from './zones'

/** When the job runs next, in its own time zone. */
export function NextRuns({ item, draft, checked }: { item: ScheduleItem; draft: Draft | undefined; checked: Checked }) {
  const runs = draft ? (checked.answer?.next_runs ?? []) : item.next_runs
  const zone = draft?.timezone ?? item.timezone
  return (
    <div class="job-runs">
      <h3>{t('schedule.next')}</h3>
      {runs.length > 0 ? (
        <>
          {!item.enabled && <p class="muted small">{t('schedule.nextOff')}</p>}
          <ol class="runs" aria-label={t('schedule.next')}>
            {runs.slice(0, 5).map((time, i) => (
              <li key={time}>
                <time dateTime={time}>{inZone(time, zone)}</time>
                {i === 0 && <span class="muted small"> {ago(time)}</span>}
              </li>
            ))}
          </ol>
        </>
      ) : (
        <p class="muted small">{without(item, draft, checked)}</p>
      )}
    </div>
  )
}

function inZone(time: string, zone: string): string {
  return offset(zone) === '' ? time : zonedTime(time, zone)
}

function without(item: ScheduleItem, draft: Draft | undefined, checked: Checked): string {
  if (draft && checked.checking) return t('schedule.checking')
  return t(item.enabled || draft ? 'schedule.nextNone' : 'schedule.nextOffNone')
}

/** How the job went last time. */
export function LastRun({ run }: { run: Run | undefined }) {
  return (
    <div class="job-last">
      <h3>{t('schedule.last')}</h3>
      {run ? <Outcome run={run} /> : <p class="muted small">{t('schedule.never')}</p>}
    </div>
  )
}

function Outcome({ run }: { run: Run }) {
  const to = run.record === 'backup' ? href({ name: 'details', id: run.id }) : href({ name: 'operation', id: run.id })
  const took = run.finished_at && !isActive(run.status) ? Date.parse(run.finished_at) - Date.parse(run.started_at) : undefined
  return (
    <>
      <p class="outcome">
        <StatusBadge record={run} />
        <Ago time={run.started_at} />
        {took !== undefined && <span class="muted small">{duration(took)}</span>}
        <a href={to}>{t('schedule.lastLink')}</a>
      </p>
      {run.errors.length > 0 && (
        <ul class="outcome-errors">
          {run.errors.slice(0, 3).map((error) => (
            <li key={error} class="outside small">
              {serverText(error)}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

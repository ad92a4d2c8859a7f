import { useRef, useState } from 'preact/hooks'

import { ApiError, read, type ScheduleAnswer } from '../../api'
import { t } from '../../i18n'
import { isAdmin, schedule, useResource } from '../../store'
import { Button, EmptyState, explain, Loaded, Notice, saveFile, say, stamp } from '../../ui'

import { ImportDialog } from './importing'
import { JobCard } from './job'

/** The four jobs. */
export function ScheduleView() {
  const state = useResource(schedule)
  // Without this server's route there is an answer, and nothing in it.
  const absent = state.data === undefined && state.updatedAt !== undefined && !state.error
  return (
    <div class="page schedule">
      <header class="page-head">
        <div>
          <h1>{t('schedule.title')}</h1>
          <p class="muted">{t('schedule.text')}</p>
        </div>
        {isAdmin.value && state.data && <Files />}
      </header>
      {absent ? (
        <EmptyState icon="calendar" title={t('schedule.none')} />
      ) : (
        <Loaded state={state} onRetry={() => schedule.refresh()}>
          {(data) => data && <Jobs data={data} />}
        </Loaded>
      )}
    </div>
  )
}

function Jobs({ data }: { data: ScheduleAnswer }) {
  return (
    <>
      {!data.scheduler_running && data.items.some((i) => i.enabled) && (
        <Notice tone="bad" title={t('schedule.stopped')}>
          <p>{t('schedule.stoppedText')}</p>
        </Notice>
      )}
      {!isAdmin.value && <p class="muted">{t('schedule.viewer')}</p>}
      <div class="jobs">
        {data.items.map((item) => (
          <JobCard key={item.job} item={item} inUse={[data.timezone, ...data.items.map((i) => i.timezone)]} />
        ))}
      </div>
    </>
  )
}

/** Export and import of the configuration. */
function Files() {
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | undefined>(undefined)
  return (
    <div class="page-actions">
      <Button small icon="download" onClick={() => void exportConfig()}>
        {t('schedule.export')}
      </Button>
      <Button small icon="file" popup="dialog" onClick={() => input.current?.click()}>
        {t('schedule.import')}
      </Button>
      <input
        ref={input} type="file" accept=".json,application/json" hidden
        onChange={(event) => {
          setFile(event.currentTarget.files?.[0])
          event.currentTarget.value = '' // The same file may be chosen again.
        }}
      />
      {file && <ImportDialog file={file} onClose={() => setFile(undefined)} />}
    </div>
  )
}

async function exportConfig(): Promise<void> {
  try {
    const config = await read.scheduleExport()
    const name = `vertex-ar-schedule-${stamp()}.json`
    saveFile(name, 'application/json', `${JSON.stringify(config, null, 2)}\n`)
    say(t('schedule.exported', { name }))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    say(t('schedule.notExported', { why: explain(error) }), 'bad')
  }
}

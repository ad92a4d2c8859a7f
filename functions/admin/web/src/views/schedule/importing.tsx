import { useEffect, useState } from 'preact/hooks'

import { ApiError, change, type ScheduleImportAnswer } from '../../api'
import { t } from '../../i18n'
import { serverText } from '../../i18n/server'
import { Button, Dialog, explain, FreshSignIn, Loading, Notice, say, Table, useChange } from '../../ui'

import { readConfig, type Fault } from './config'

type Changes = ScheduleImportAnswer['changes']

type State =
  | { name: 'reading' }
  | { name: 'fault'; fault: Fault | 'read' }
  | { name: 'refused'; error: ApiError }
  | { name: 'ready'; config: unknown; changes: Changes; warnings: string[] }

/** Shows what a file would change, and applies it if that is wanted. */
export function ImportDialog({ file, onClose }: { file: File; onClose: () => void }) {
  const [state, setState] = useState<State>({ name: 'reading' })
  const apply = useChange((config: unknown) => change.importSchedule(config, false))
  useEffect(() => {
    let gone = false
    void examine(file).then((next) => !gone && setState(next))
    return () => {
      gone = true
    }
  }, [file])
  const run = async (config: unknown) => {
    if (!(await apply.run(config))) return
    say(t('schedule.importDone'))
    onClose()
  }
  const applicable = state.name === 'ready' && state.changes.length > 0
  return (
    <Dialog
      title={t('schedule.importTitle')} size="large" onClose={onClose} locked={apply.busy}
      actions={
        <>
          <Button disabled={apply.busy} onClick={onClose}>
            {t(applicable ? 'common.cancel' : 'common.close')}
          </Button>
          {applicable && (
            <Button kind="primary" busy={apply.busy} onClick={() => void run(state.config)}>
              {t('schedule.apply')}
            </Button>
          )}
        </>
      }
    >
      <p class="mono outside">{file.name}</p>
      {apply.error && <Refusal title={t('schedule.importFailed')} error={apply.error} />}
      <Found state={state} />
    </Dialog>
  )
}

/** Reads the file and asks the server what it would change; nothing is changed. */
async function examine(file: File): Promise<State> {
  const text = await file.text().catch(() => undefined)
  if (text === undefined) return { name: 'fault', fault: 'read' }
  const found = readConfig(text)
  if ('fault' in found) return { name: 'fault', fault: found.fault }
  try {
    const { body } = await change.importSchedule(found.config, true)
    return { name: 'ready', config: found.config, changes: body.changes, warnings: body.warnings }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { name: 'refused', error }
  }
}

function Found({ state }: { state: State }) {
  switch (state.name) {
    case 'reading':
      return <Loading label={t('schedule.importReading')} />
    case 'fault':
      return (
        <Notice tone="bad" role="alert" title={t('schedule.importRefused')}>
          <p>{t(`schedule.fault.${state.fault}`)}</p>
        </Notice>
      )
    case 'refused':
      return <Refusal title={t('schedule.importRefused')} error={state.error} />
    case 'ready':
      return (
        <>
          {state.warnings.length > 0 && (
            <Notice tone="warn" title={t('schedule.importPartly')}>
              {state.warnings.map((text) => (
                <p key={text}>{serverText(text)}</p>
              ))}
            </Notice>
          )}
          {state.changes.length === 0 ? (
            <Notice tone="good" role="status" title={t('schedule.importSame')}>
              <p>{t('schedule.importSameText')}</p>
            </Notice>
          ) : (
            <>
              <ChangeTable changes={state.changes} />
              <p class="muted">{t('schedule.importText')}</p>
            </>
          )}
        </>
      )
  }
}

function ChangeTable({ changes }: { changes: Changes }) {
  const value = (field: Changes[number]['field'], text: string) =>
    field === 'enabled' ? t(text === 'true' ? 'schedule.on' : 'schedule.off') : <code class="outside">{text}</code>
  return (
    <Table
      caption={t('schedule.importChanges', { count: changes.length })}
      rows={changes}
      keyOf={(c) => `${c.job} ${c.field}`}
      columns={[
        { key: 'job', head: t('schedule.head.job'), rowHeader: true, cell: (c) => t(`schedule.job.${c.job}`) },
        { key: 'field', head: t('schedule.head.what'), cell: (c) => t(`schedule.field.${c.field}`) },
        { key: 'from', head: t('schedule.head.from'), cell: (c) => value(c.field, c.from) },
        { key: 'to', head: t('schedule.head.to'), cell: (c) => value(c.field, c.to) },
      ]}
    />
  )
}

/** Says what the server has against it, fault by fault. */
function Refusal({ title, error }: { title: string; error: ApiError }) {
  const faults = error.problem?.errors ?? []
  return (
    <Notice tone="bad" role="alert" title={title}>
      <FreshSignIn error={error} />
      {faults.length < 2 && <p class="outside">{explain(error)}</p>}
      {faults.length > 1 && (
        <ul class="faults">
          {faults.map((fault) => (
            <li key={`${fault.location} ${fault.message}`} class="outside">
              {fault.location && <code>{fault.location}</code>} {serverText(fault.message)}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  )
}

import { useId, useMemo, useState } from 'preact/hooks'

import { change, type ScheduleItem } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { ago } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href } from '../../router'
import { isAdmin, schedule } from '../../store'
import {
  Badge, Button, Dialog, ErrorState, explain, Icon, Menu, Notice, say, SelectField, Switch, TextField, useChange,
} from '../../ui'

import { useCheck, type Checked } from './check'
import { changedMeanwhile, overTheirs, settingsOf, tidy, typed, versionFor, type Difference, type Draft } from './draft'
import { drafts, setDraft } from './drafts'
import { reading } from './reading'
import { LastRun, NextRuns } from './runs'
import { offset, zones } from './zones'

const icons = { database: 'database', storage: 'image', full: 'layers', rotation: 'trash' } as const

/** One job: when it runs, how it went, and what can be done with it. */
export function JobCard({ item, inUse }: { item: ScheduleItem; inUse: readonly string[] }) {
  const title = useId()
  const draft = drafts.value[item.job]
  const checked = useCheck(draft?.crontab ?? '', draft?.timezone ?? '', draft !== undefined)
  return (
    <section class="card job" aria-labelledby={title}>
      <div class="card-head">
        <h2 id={title} class="job-title">
          <Icon name={icons[item.job]} /> {t(`schedule.job.${item.job}`)}
        </h2>
        {draft && (
          <Badge tone="warn" icon="pen">
            {t('schedule.unsaved')}
          </Badge>
        )}
      </div>
      <div class="card-body job-body">
        <p class="muted">{t(`schedule.about.${item.job}`)}</p>
        <OnOff item={item} />
        <Editor item={item} draft={draft} checked={checked} inUse={inUse} />
        <NextRuns item={item} draft={draft} checked={checked} />
        <LastRun run={item.last_run} />
        <Foot item={item} />
      </div>
    </section>
  )
}

function OnOff({ item }: { item: ScheduleItem }) {
  const [wanted, setWanted] = useState<boolean | undefined>(undefined)
  const turn = useChange((enabled: boolean) => change.schedule(item.job, { ...settingsOf(item), enabled, version: item.version }))
  const run = async (enabled: boolean) => {
    setWanted(enabled)
    const answer = await turn.run(enabled)
    setWanted(undefined)
    if (!answer) return
    put(answer.body.item)
    say(t(enabled ? 'schedule.turnedOn' : 'schedule.turnedOff', { job: t(`schedule.job.${item.job}`) }))
  }
  return (
    <>
      <Switch checked={wanted ?? item.enabled} disabled={!isAdmin.value} onChange={(enabled) => void run(enabled)}>
        {t('schedule.enabled')}
      </Switch>
      {turn.error && <ErrorState title={t('schedule.notSwitched')} error={turn.error} />}
    </>
  )
}

/** Puts what a change has answered into what is shown. */
function put(item: ScheduleItem): void {
  const { data } = schedule.state.peek()
  if (data) schedule.set({ ...data, items: data.items.map((i) => (i.job === item.job ? item : i)) })
}

interface EditorProps {
  item: ScheduleItem
  draft: Draft | undefined
  checked: Checked
  inUse: readonly string[]
}

function Editor({ item, draft, checked, inUse }: EditorProps) {
  const { crontab, timezone } = draft ?? settingsOf(item)
  const type = (settings: { crontab?: string; timezone?: string }) => setDraft(item.job, typed(draft, item, settings))
  const save = useSave(item, draft)
  const theirs = draft ? changedMeanwhile(draft, item) : []
  const wrong = checked.answer && !checked.answer.valid
  return (
    <form
      class="job-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (draft && theirs.length === 0 && !wrong) void save.run(draft)
      }}
    >
      <div class="job-fields">
        <TextField
          label={t('schedule.crontab')} hint={t('schedule.crontabHint')} mono maxLength={256} value={crontab}
          disabled={!isAdmin.value} onInput={(text) => type({ crontab: text })} error={wrong ? reasonOf(checked) : undefined}
        />
        <Zone value={timezone} inUse={inUse} onChange={(zone) => type({ timezone: zone })} />
      </div>
      <div class="job-words">
        {crontab === '' && !draft ? (
          <p class="outside">{t('schedule.noCrontab', { expression: item.expression })}</p>
        ) : (
          <Reading crontab={crontab} checked={checked} />
        )}
        {isAdmin.value && <Examples onChoose={(text) => type({ crontab: text })} />}
      </div>
      {draft && theirs.length > 0 && <Conflict item={item} draft={draft} theirs={theirs} />}
      {save.error && theirs.length === 0 && <ErrorState title={t('schedule.notSaved')} error={save.error} />}
      {draft && theirs.length === 0 && (
        <div class="job-save">
          <Button type="submit" kind="primary" small busy={save.busy} disabled={wrong ?? false}>
            {t('common.save')}
          </Button>
          <Button small onClick={() => discard(item, save.reset)}>
            {t('schedule.discard')}
          </Button>
        </div>
      )}
    </form>
  )
}

function discard(item: ScheduleItem, reset: () => void): void {
  setDraft(item.job, undefined)
  reset()
}

function useSave(item: ScheduleItem, draft: Draft | undefined) {
  const save = useChange((mine: Draft) =>
    change.schedule(item.job, {
      enabled: item.enabled, crontab: tidy(mine.crontab), timezone: mine.timezone, version: versionFor(mine, item),
    }),
  )
  const run = async (mine: Draft) => {
    const answer = await save.run(mine)
    if (!answer) return
    put(answer.body.item)
    // What was typed while it was being saved is kept, over what is there now.
    const now = drafts.peek()[item.job]
    setDraft(item.job, now && now !== draft ? typed(overTheirs(now, answer.body.item), answer.body.item, {}) : undefined)
    say(t('schedule.saved', { job: t(`schedule.job.${item.job}`) }))
  }
  return { ...save, run }
}

function reasonOf(checked: Checked): string {
  const reason = checked.answer?.reason
  return reason ? serverText(reason) : t('schedule.invalid')
}

/** Says in plain words what the crontab means, or that it is none. */
function Reading({ crontab, checked }: { crontab: string; checked: Checked }) {
  return (
    <p class="job-reading" aria-live="polite">
      {checked.answer?.valid !== false && reading(crontab)}
      {checked.error && <span class="stale">{t('schedule.unchecked', { why: explain(checked.error) })}</span>}
    </p>
  )
}

const examples = [
  ['daily', '0 2 * * *'],
  ['twice', '0 2,14 * * *'],
  ['six', '0 */6 * * *'],
  ['weekdays', '0 2 * * 1-5'],
  ['weekly', '0 3 * * 0'],
  ['monthly', '0 4 1 * *'],
] as const

function Examples({ onChoose }: { onChoose: (crontab: string) => void }) {
  return (
    <Menu
      small kind="plain" label={t('schedule.examples')}
      items={examples.map(([name, crontab]) => ({
        text: `${t(`schedule.example.${name}`)}: ${crontab}`, onClick: () => onChoose(crontab),
      }))}
    >
      {t('schedule.examples')}
      <Icon name="chevron" size={16} />
    </Menu>
  )
}

function Zone(props: { value: string; inUse: readonly string[]; onChange: (zone: string) => void }) {
  const options = useMemo(
    () => zones(props.inUse).map((zone) => ({ value: zone, text: offset(zone) ? `${zone} (${offset(zone)})` : zone })),
    [props.inUse.join(' ')],
  )
  return (
    <SelectField
      label={t('schedule.timezone')} value={props.value} options={options} disabled={!isAdmin.value} onChange={props.onChange}
    />
  )
}

/** Shows what somebody else has changed, and lets the user decide. */
function Conflict({ item, draft, theirs }: { item: ScheduleItem; draft: Draft; theirs: Difference[] }) {
  return (
    <Notice
      tone="warn" role="alert"
      title={item.updated_by ? t('schedule.conflictBy', { name: item.updated_by }) : t('schedule.conflict')}
    >
      {theirs.map(({ field, before, theirs: now, mine }) => (
        <div key={field}>
          <p class="conflict-field">{t(`schedule.field.${field}`)}</p>
          <dl class="conflict">
            <Version head={t('schedule.conflict.before')} text={before} />
            <Version head={t('schedule.conflict.theirs')} text={now} />
            <Version head={t('schedule.conflict.mine')} text={mine} />
          </dl>
        </div>
      ))}
      <div class="job-save">
        <Button small onClick={() => setDraft(item.job, undefined)}>
          {t('schedule.takeTheirs')}
        </Button>
        <Button small onClick={() => setDraft(item.job, typed(overTheirs(draft, item), item, {}))}>
          {t('schedule.keepMine')}
        </Button>
      </div>
      <p class="muted small">{t('schedule.keepHint')}</p>
    </Notice>
  )
}

function Version({ head, text }: { head: string; text: string }) {
  return (
    <div>
      <dt>{head}</dt>
      <dd>
        <code class="outside">{text}</code>
      </dd>
    </div>
  )
}

function Foot({ item }: { item: ScheduleItem }) {
  return (
    <div class="job-foot">
      {isAdmin.value && <RunNow item={item} />}
      {item.updated_at && item.updated_by && (
        <p class="muted small outside">
          {t('schedule.changedBy', { time: ago(item.updated_at), name: item.updated_by })}
        </p>
      )}
    </div>
  )
}

function RunNow({ item }: { item: ScheduleItem }) {
  const [asking, setAsking] = useState(false)
  const [to, setTo] = useState<string | undefined>(undefined)
  const start = useChange(() => change.runSchedule(item.job))
  const run = async () => {
    setAsking(false)
    const answer = await start.run()
    if (!answer) return
    const { backup, operation } = answer.body
    setTo(backup ? href({ name: 'details', id: backup.id }) : operation && href({ name: 'operation', id: operation.id }))
    say(t('schedule.started', { job: t(`schedule.job.${item.job}`) }))
  }
  return (
    <>
      <Button
        small icon="play" busy={start.busy}
        onClick={() => (item.job === 'rotation' ? setAsking(true) : void run())} {...(item.job === 'rotation' && { popup: 'dialog' })}
      >
        {t('schedule.run')}
      </Button>
      {to && (
        <p class="small">
          {t('schedule.startedByYou')} <a href={to}>{t('schedule.lastLink')}</a>
        </p>
      )}
      {start.error && <ErrorState title={t('schedule.notStarted')} error={start.error} />}
      {asking && <ConfirmRotation onClose={() => setAsking(false)} onRun={() => void run()} />}
    </>
  )
}

function ConfirmRotation({ onClose, onRun }: { onClose: () => void; onRun: () => void }) {
  const preview = () => {
    onClose()
    openDialog({ name: 'rotate' })
  }
  return (
    <Dialog
      title={t('schedule.runRotation')} size="small" tone="danger" onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="danger" onClick={onRun}>
            {t('schedule.run')}
          </Button>
        </>
      }
    >
      <p>{t('schedule.runRotationText')}</p>
      <p>
        <Button small icon="eye" onClick={preview}>
          {t('schedule.preview')}
        </Button>
      </p>
    </Dialog>
  )
}

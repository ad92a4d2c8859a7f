import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

import { ApiError, read, type LogAnswer, type LogLine } from '../../api'
import { t } from '../../i18n'
import { clockSeconds, exactTime } from '../../i18n/format'
import { Resource, useResource } from '../../store'
import { Badge, Button, copyText, EmptyState, Icon, Loaded, Outside, saveFile, SelectField, TextField } from '../../ui'

import { emptyLog, levels, logText, wanted, withAnswer, type Level, type Log as Known } from './lines'
import { lineText } from './wording'

export interface LogProps {
  record: 'backup' | 'operation'
  id: string
  /** Whether work goes on; without it the log itself tells. */
  active?: boolean
}

/** The log of a backup or an operation, live while it runs, in a card of its own. */
export function LogPanel(props: LogProps) {
  const title = useId()
  return (
    <section class="card" aria-labelledby={title}>
      <div class="card-head">
        <h2 id={title}>{t('log.title')}</h2>
      </div>
      <div class="card-body">
        <Log {...props} />
      </div>
    </section>
  )
}

/** The log of a backup or an operation, live while it runs. */
export function Log({ record, id, active }: LogProps) {
  const log = useMemo(() => follow(record, id), [record, id])
  const state = useResource(log)
  useEffect(() => {
    // The last lines come with the end, or just after it.
    if (active !== undefined && log.state.peek().data) log.refresh()
  }, [log, active])
  return (
    <Loaded state={state} onRetry={() => log.refresh()}>
      {(known) => <Lines known={known} id={id} live={active ?? !known.finished} />}
    </Loaded>
  )
}

const fast = 1500
const rarely = 3_600_000

function follow(record: LogProps['record'], id: string): Resource<Known> {
  const ask = record === 'backup' ? read.backupLog : read.operationLog
  let known = emptyLog
  return new Resource<Known>(
    async (signal) => {
      // More than one answer holds is read at once.
      for (let answer: LogAnswer | undefined; ; ) {
        answer = await ask(id, known.next, { signal, retries: 0 }).catch(none)
        const before = known
        known = withAnswer(known, answer)
        if (answer.lines.length === 0 || known.next === before.next) return known
      }
    },
    { interval: (log) => (log?.finished ? rarely : fast) },
  )
}

/** none takes the 404 of a server, or a record, without a log for an empty one. */
function none(error: unknown): LogAnswer {
  if (error instanceof ApiError && error.status === 404) return { success: true, lines: [], next: 0, finished: true }
  throw error
}

interface Shown {
  line: LogLine
  shown: string
}

function Lines({ known, id, live }: { known: Known; id: string; live: boolean }) {
  const [least, setLeast] = useState<Level>('info')
  const [text, setText] = useState('')
  if (known.lines.length === 0) return <Empty finished={known.finished} />
  const lines = known.lines
    .map((line) => ({ line, shown: lineText(line) }))
    .filter(({ line, shown }) => wanted(line, shown, least, text))
  return (
    <div class="log">
      <div class="bar-row">
        <div class="log-filter">
          <SelectField
            label={t('log.level')} value={least} onChange={setLeast}
            options={levels.map((value) => ({ value, text: t(`log.level.${value}`) }))}
          />
          <TextField type="search" label={t('log.filter')} maxLength={200} value={text} onInput={setText} />
        </div>
        <div class="page-actions">
          <Button small icon="copy" label={t('log.copyLabel')} onClick={() => void copyText(logText(lines))}>
            {t('log.copy')}
          </Button>
          <Button
            small icon="download" label={t('log.exportLabel')}
            onClick={() => saveFile(`${id}.log`, 'text/plain;charset=utf-8', logText(lines))}
          >
            {t('log.export')}
          </Button>
        </div>
      </div>
      <Scroller lines={lines} />
      <p class="muted small log-foot">
        {live && (
          <Badge tone="accent" icon="refresh">
            {t('log.live')}
          </Badge>
        )}
        {t('log.lines', { count: lines.length })}
      </p>
    </div>
  )
}

function Empty({ finished }: { finished: boolean }) {
  if (!finished) return <p class="muted">{t('log.waiting')}</p>
  return (
    <EmptyState icon="file" title={t('log.none')}>
      <p>{t('log.noneText')}</p>
    </EmptyState>
  )
}

/** How near to the end still counts as the end, in pixels. */
const near = 24

/** Shows the newest line as it comes, unless the user has scrolled up to read. */
function Scroller({ lines }: { lines: readonly Shown[] }) {
  const box = useRef<HTMLDivElement>(null)
  const [following, setFollowing] = useState(true)
  const toEnd = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight })
    setFollowing(true)
  }
  useLayoutEffect(() => {
    if (following) toEnd()
  }, [lines.length, lines.at(-1)?.line.seq])
  const look = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!
    setFollowing(scrollHeight - scrollTop - clientHeight < near)
  }
  return (
    <div class="log-frame">
      <div ref={box} class="log-lines" role="log" aria-live="off" aria-label={t('log.title')} tabIndex={0} onScroll={look}>
        {lines.length === 0 && <p class="muted">{t('log.noMatch')}</p>}
        {lines.map(({ line, shown }) => (
          <Line key={line.seq} line={line} shown={shown} />
        ))}
      </div>
      {!following && (
        <div class="log-newest">
          <Button small icon="chevron" onClick={toEnd}>
            {t('log.newest')}
          </Button>
        </div>
      )}
    </div>
  )
}

const signs = { info: undefined, warn: 'alert', error: 'cross' } as const

function Line({ line, shown }: Shown) {
  const sign = signs[line.level]
  return (
    <p class={`log-line ${line.level}`}>
      <time dateTime={line.time} title={exactTime(line.time)}>
        {clockSeconds(line.time)}
      </time>
      {sign ? <Icon name={sign} size={16} /> : <span />}
      <span class="log-text">
        {sign && <span class="visually-hidden">{t(`log.${line.level as 'warn' | 'error'}`)} </span>}
        <Outside text={shown} />
      </span>
    </p>
  )
}

import { useEffect, useRef, useState } from 'preact/hooks'

import { t } from '../../i18n'
import { setQuery } from '../../router'
import { Button, SelectField, TextField } from '../../ui'

import { kinds, longestText, narrows, periods, plain, statuses, type Filter } from './filter'

/** What narrows the list; it is kept in the address. */
export function Filters({ filter }: { filter: Filter }) {
  const [custom, setCustom] = useState(false)
  const period = custom ? 'custom' : filter.period
  const choosePeriod = (value: Filter['period']) => {
    setCustom(value === 'custom')
    setQuery({ period: value === 'custom' ? '' : value, from: '', to: '' })
  }
  return (
    <form role="search" class="filters" aria-label={t('list.filters')} onSubmit={(event) => event.preventDefault()}>
      <Search text={filter.q} />
      <SelectField
        label={t('list.head.name')} value={filter.kind} onChange={(kind) => setQuery({ kind })}
        options={[{ value: '', text: t('list.all') }, ...kinds.map((value) => ({ value, text: t(`kind.${value}`) }))]}
      />
      <SelectField
        label={t('list.head.status')} value={filter.status} onChange={(status) => setQuery({ status })}
        options={[{ value: '', text: t('list.all') }, ...statuses.map((value) => ({ value, text: t(`status.${value}`) }))]}
      />
      <SelectField
        label={t('list.period')} value={period} onChange={choosePeriod}
        options={periods.map((value) => ({ value, text: value === '' ? t('list.period.any') : t(`list.period.${value}`) }))}
      />
      {period === 'custom' && (
        <>
          <TextField label={t('list.from')} type="date" value={filter.from} onInput={(from) => setQuery({ from })} />
          <TextField label={t('list.to')} type="date" value={filter.to} onInput={(to) => setQuery({ to })} />
        </>
      )}
      {(narrows(filter) || custom) && (
        <Button
          kind="ghost" icon="close"
          onClick={() => {
            setCustom(false)
            setQuery({ kind: '', status: '', period: '', from: '', to: '', q: '' })
          }}
        >
          {t('list.clear')}
        </Button>
      )}
    </form>
  )
}

/** The text is taken over when typing pauses. */
function Search({ text }: { text: string }) {
  const [typed, setTyped] = useState(text)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    if (plain(typed) !== text) setTyped(text)
  }, [text])
  useEffect(() => () => clearTimeout(timer.current), [])
  const take = (value: string) => {
    setTyped(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setQuery({ q: plain(value) }), 300)
  }
  return (
    <TextField
      label={t('list.search')} type="search" value={typed} onInput={take} maxLength={longestText} placeholder={t('list.searchHint')}
    />
  )
}

import type { Backup } from '../../api'
import { t } from '../../i18n'
import { list } from '../../i18n/format'
import { href } from '../../router'
import { Checkbox, Notice, RadioGroup } from '../../ui'

import { componentsOf, incomplete, isSelective, partsOf, type Choice, type Entries, type Part } from './choice'
import { LongList } from './follow'

/** Asks what to restore, and how. */
export function Choose(props: {
  backup: Backup
  entries: Entries
  choice: Choice
  onChange: (choice: Choice) => void
}) {
  const { choice, onChange, backup, entries } = props
  return (
    <>
      {isSelective(entries) ? <ChosenEntries entries={entries} /> : <Parts {...props} />}
      <Doubts backup={backup} choice={choice} entries={entries} />
      <fieldset class="radios">
        <legend>{t('restore.how')}</legend>
        <Checkbox
          checked={choice.safety} onChange={(safety) => onChange({ ...choice, safety })}
          hint={t(choice.safety ? 'restore.safetyHint' : 'restore.noSafetyHint')}
        >
          {t('restore.safety')}
        </Checkbox>
        <Checkbox
          checked={choice.compare} onChange={(compare) => onChange({ ...choice, compare })} hint={t('restore.compareHint')}
        >
          {t('restore.compare')}
        </Checkbox>
      </fieldset>
    </>
  )
}

function Parts(props: { backup: Backup; choice: Choice; onChange: (choice: Choice) => void }) {
  const parts = partsOf(props.backup)
  return (
    <div class="stack">
      {parts.length > 1 ? (
        <RadioGroup<Part>
          legend={t('restore.what')} value={props.choice.part}
          onChange={(part) => props.onChange({ ...props.choice, part })}
          options={parts.map((part) => ({ value: part, text: t(`restore.part.${part}`), hint: t(`restore.partHint.${part}`) }))}
        />
      ) : (
        <p>{t(`restore.partHint.${parts[0]!}`)}</p>
      )}
      <p class="small">
        <a href={href({ name: 'files', id: props.backup.id })}>
          {t('restore.browse')}
        </a>
      </p>
    </div>
  )
}

function ChosenEntries({ entries }: { entries: Entries }) {
  const names = namesOf(entries)
  return (
    <div class="stack">
      <p>{t('restore.entries', { count: names.length })}</p>
      <LongList lines={names} mono />
      <p class="muted small">{t('restore.entriesHint')}</p>
    </div>
  )
}

/** Returns how chosen entries are shown: names that are not text as far as they are. */
export function namesOf(entries: Entries): string[] {
  return [...entries.paths, ...entries.pathsBase64.map(readable)]
}

function readable(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)))
  } catch {
    return base64
  }
}

/** What speaks against this backup. */
function Doubts(props: { backup: Backup; choice: Choice; entries: Entries }) {
  const { backup } = props
  const missing = incomplete(backup, componentsOf(backup, props.choice, props.entries))
  return (
    <>
      {backup.damaged && <Notice tone="bad" title={t('restore.damaged')}><p>{t('restore.damagedText')}</p></Notice>}
      {missing.length > 0 && (
        <Notice tone="warn" title={t('restore.incomplete')}>
          <p>{t('restore.incompleteText', { parts: list(missing.map((c) => t(`component.${c}`))) })}</p>
        </Notice>
      )}
    </>
  )
}

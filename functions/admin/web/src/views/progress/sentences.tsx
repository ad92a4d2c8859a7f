import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

import { t } from '../../i18n'
import { serverText } from '../../i18n/server'
import { Button, Notice, Outside } from '../../ui'

const firstShown = 10

/** What the server says of a record, in the page's language. Nothing is shown when it says nothing. */
export function Sentences(props: { title: string; tone: 'bad' | 'warn'; texts: readonly string[]; children?: ComponentChildren }) {
  if (props.texts.length === 0) return null
  return (
    <Notice tone={props.tone} title={props.title}>
      <Names texts={props.texts.map(serverText)} />
      {props.children}
    </Notice>
  )
}

/** A list of texts from outside; a long one is shown in part at first. */
export function Names({ texts, mono }: { texts: readonly string[]; mono?: boolean }) {
  const [all, setAll] = useState(false)
  const shown = all ? texts : texts.slice(0, firstShown)
  return (
    <>
      <ul class={mono ? 'names mono' : 'names'}>
        {shown.map((text, i) => (
          <li key={i}>
            <Outside text={text} />
          </li>
        ))}
      </ul>
      {shown.length < texts.length && (
        <Button small onClick={() => setAll(true)}>
          {t('progress.showAll', { count: texts.length })}
        </Button>
      )}
    </>
  )
}

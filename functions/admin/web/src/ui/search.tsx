import { useEffect, useState } from 'preact/hooks'

import { TextField } from './fields'

const pause = 300

/** A field to search with: it searches once the typing pauses. */
export function SearchField(props: { label: string; placeholder?: string; value: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(props.value)
  // What is searched for may change elsewhere; a blank that was just typed is no change.
  useEffect(() => setText((typed) => (typed.trim() === props.value ? typed : props.value)), [props.value])
  useEffect(() => {
    if (text.trim() === props.value) return
    const timer = setTimeout(() => props.onSearch(text.trim()), pause)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div role="search">
      <TextField
        type="search" label={props.label} maxLength={200} value={text} onInput={setText}
        {...(props.placeholder && { placeholder: props.placeholder })}
      />
    </div>
  )
}

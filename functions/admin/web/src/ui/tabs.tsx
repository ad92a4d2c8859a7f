import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface Tab<V extends string> {
  value: V
  text: string
}

/** Several panels in one place; arrows move between the tabs. */
export function Tabs<V extends string>(props: {
  label: string
  tabs: readonly Tab<V>[]
  value: V
  onChange: (value: V) => void
  children: ComponentChildren
}) {
  const id = useId()
  const at = props.tabs.findIndex((tab) => tab.value === props.value)
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = props.tabs[(at + step + props.tabs.length) % props.tabs.length]
    if (!next) return
    props.onChange(next.value)
    document.getElementById(`${id}-${next.value}`)?.focus()
  }
  return (
    <div class="tabs">
      <div role="tablist" aria-label={props.label} class="tab-list" onKeyDown={move}>
        {props.tabs.map((tab) => (
          <button
            key={tab.value} id={`${id}-${tab.value}`} type="button" role="tab" class="tab"
            aria-selected={tab.value === props.value} aria-controls={`${id}-panel`}
            tabIndex={tab.value === props.value ? 0 : -1} onClick={() => props.onChange(tab.value)}
          >
            {tab.text}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.value}`}>
        {props.children}
      </div>
    </div>
  )
}

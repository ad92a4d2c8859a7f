import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

import { t } from '../i18n'

interface FieldProps {
  label: string
  /** Says more below the field. */
  hint?: ComponentChildren
  /** What is wrong with what was typed. */
  error?: string | undefined
  required?: boolean
  disabled?: boolean
}

function Frame(props: FieldProps & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={props.id}>
        {props.label}
        {props.required && <span class="muted"> ({t('common.required')})</span>}
      </label>
      {props.children}
      {props.hint && (
        <p class="field-hint" id={`${props.id}-hint`}>
          {props.hint}
        </p>
      )}
      {/* Always there, so that screen readers hear of a change. */}
      <p class="field-error" id={`${props.id}-error`} aria-live="polite">
        {props.error}
      </p>
    </div>
  )
}

function describedBy(id: string, props: FieldProps): string {
  return props.hint ? `${id}-hint ${id}-error` : `${id}-error`
}

export interface TextFieldProps extends FieldProps {
  value: string
  onInput: (value: string) => void
  type?: 'text' | 'search' | 'date' | 'number'
  placeholder?: string
  maxLength?: number
  lines?: number
  autofocus?: boolean
  mono?: boolean
  autocomplete?: string
}

/** A field to type into, of one line or several. */
export function TextField(props: TextFieldProps) {
  const id = useId()
  const common = {
    id,
    value: props.value,
    placeholder: props.placeholder,
    maxLength: props.maxLength,
    disabled: props.disabled,
    required: props.required,
    autofocus: props.autofocus,
    autocomplete: props.autocomplete ?? 'off',
    class: props.mono ? 'input mono' : 'input',
    'aria-invalid': props.error ? true : undefined,
    'aria-describedby': describedBy(id, props),
    onInput: (event: Event) => props.onInput((event.currentTarget as HTMLInputElement).value),
  }
  return (
    <Frame {...props} id={id}>
      {props.lines ? <textarea {...common} rows={props.lines} /> : <input {...common} type={(props.type ?? 'text') as 'text'} />}
    </Frame>
  )
}

/** One of a few values, from a list. */
export function SelectField<V extends string>(
  props: FieldProps & { value: V; onChange: (value: V) => void; options: readonly { value: V; text: string }[] },
) {
  const id = useId()
  return (
    <Frame {...props} id={id}>
      <select
        id={id} class="input" disabled={props.disabled} aria-describedby={describedBy(id, props)}
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as V)}
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Frame>
  )
}

interface CheckProps {
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
  children: ComponentChildren
  hint?: ComponentChildren
}

/** A box to tick, with its text. */
export function Checkbox(props: CheckProps) {
  return <Tick {...props} type="checkbox" />
}

/** A switch that is on or off at once. */
export function Switch(props: CheckProps) {
  return <Tick {...props} type="switch" />
}

function Tick(props: CheckProps & { type: 'checkbox' | 'switch' }) {
  const id = useId()
  return (
    <div class={props.type === 'switch' ? 'tick toggle' : 'tick'}>
      <input
        id={id} type="checkbox" role={props.type === 'switch' ? 'switch' : undefined} checked={props.checked}
        disabled={props.disabled} aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{props.children}</label>
        {props.hint && (
          <p class="field-hint" id={`${id}-hint`}>
            {props.hint}
          </p>
        )}
      </div>
    </div>
  )
}

/** One of a few values, all in sight. */
export function RadioGroup<V extends string>(props: {
  legend: string
  value: V
  onChange: (value: V) => void
  options: readonly { value: V; text: string; hint?: string }[]
}) {
  const name = useId()
  return (
    <fieldset class="radios">
      <legend>{props.legend}</legend>
      {props.options.map((option) => (
        <label key={option.value} class="radio">
          <input
            type="radio" name={name} value={option.value} checked={props.value === option.value}
            onChange={() => props.onChange(option.value)}
          />
          <span>
            {option.text}
            {option.hint && <span class="field-hint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

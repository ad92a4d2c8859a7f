import type { ComponentChildren, Ref } from 'preact'

import { Icon, type IconName } from './icons'

export type ButtonKind = 'plain' | 'primary' | 'danger' | 'ghost'

interface Common {
  kind?: ButtonKind
  icon?: IconName
  small?: boolean
  /** For screen readers and as a hint, when there is no text or not enough. */
  label?: string
  children?: ComponentChildren
}

export interface ButtonProps extends Common {
  onClick?: (event: MouseEvent) => void
  type?: 'button' | 'submit'
  /** Refuses clicks but keeps the focus; why should stand nearby or in label. */
  disabled?: boolean
  /** Work goes on: shows it and refuses clicks. */
  busy?: boolean
  pressed?: boolean
  expanded?: boolean
  controls?: string
  popup?: 'menu' | 'dialog'
  describedBy?: string
  form?: string
  buttonRef?: Ref<HTMLButtonElement>
}

/** A button that does something. */
export function Button(props: ButtonProps) {
  const refused = props.disabled || props.busy
  return (
    <button
      ref={props.buttonRef ?? null}
      type={props.type ?? 'button'}
      form={props.form}
      class={classOf(props)}
      aria-label={props.label}
      title={props.children ? undefined : props.label}
      aria-disabled={refused ? 'true' : undefined}
      aria-busy={props.busy ? 'true' : undefined}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-controls={props.controls}
      aria-haspopup={props.popup}
      aria-describedby={props.describedBy}
      onClick={(event) => {
        if (refused) event.preventDefault()
        else props.onClick?.(event)
      }}
    >
      {props.busy ? <span class="spinner" /> : props.icon && <Icon name={props.icon} size={props.small ? 18 : 20} />}
      {props.children}
    </button>
  )
}

/** A link that looks like a button. */
export function LinkButton(props: Common & { href: string; download?: string }) {
  return (
    <a class={classOf(props)} href={props.href} aria-label={props.label} download={props.download}>
      {props.icon && <Icon name={props.icon} size={props.small ? 18 : 20} />}
      {props.children}
    </a>
  )
}

function classOf(props: Common): string {
  const classes = ['button', props.kind ?? 'plain']
  if (props.small) classes.push('small')
  if (!props.children) classes.push('icon-only')
  return classes.join(' ')
}

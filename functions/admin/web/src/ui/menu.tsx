import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { Button, type ButtonKind } from './button'
import { Icon, type IconName } from './icons'

export interface MenuItem {
  text: string
  icon?: IconName
  onClick?: () => void
  href?: string
  danger?: boolean
  /** One of several that exclude each other. */
  checked?: boolean
  /** Why it cannot be chosen now. */
  disabled?: string | undefined
  /** Draws a line above. */
  divided?: boolean
}

export interface MenuProps {
  label: string
  items: MenuItem[]
  icon?: IconName
  kind?: ButtonKind
  small?: boolean
  children?: ComponentChildren
  /** What stands above the items. */
  head?: ComponentChildren
}

/** A button that opens a list of commands; arrows, Home, End, Escape and letters work. */
export function Menu(props: MenuProps) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  useOutside(root, open, () => setOpen(false))
  const up = useUpwards(root, open)
  useEffect(() => {
    if (open) focusItem(root.current, 0)
  }, [open])
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  return (
    <div class="menu" ref={root} onKeyDown={(event) => onKey(event, open, root.current, setOpen, close)}>
      <Button
        buttonRef={button} kind={props.kind ?? 'ghost'} small={props.small ?? false} label={props.label}
        popup="menu" expanded={open} controls={id} onClick={() => setOpen(!open)} {...(props.icon && { icon: props.icon })}
      >
        {props.children}
      </Button>
      {open && (
        <div class={up ? 'menu-panel up' : 'menu-panel'}>
          {props.head && <div class="menu-head">{props.head}</div>}
          <ul id={id} role="menu" aria-label={props.label}>
            {props.items.map((item) => (
              <li key={item.text} role="none" class={item.divided ? 'divided' : undefined}>
                <Item item={item} close={close} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

/** Whether the list has more room above its button than below, and needs it. */
function useUpwards(root: { current: HTMLElement | null }, open: boolean): boolean {
  const [up, setUp] = useState(false)
  useLayoutEffect(() => {
    const panel = open ? root.current?.querySelector('.menu-panel')?.getBoundingClientRect() : undefined
    const button = root.current?.getBoundingClientRect()
    setUp(panel !== undefined && button !== undefined && panel.bottom > innerHeight && button.top > innerHeight - button.bottom)
  }, [open])
  return up
}

function Item({ item, close }: { item: MenuItem; close: () => void }) {
  const content = (
    <>
      <span class="menu-icon">
        {item.checked ? <Icon name="check" size={18} /> : item.icon && <Icon name={item.icon} size={18} />}
      </span>
      <span>
        {item.text}
        {item.disabled && <span class="menu-why">{item.disabled}</span>}
      </span>
    </>
  )
  if (item.href) {
    return (
      <a role="menuitem" class="menu-item" tabIndex={-1} href={item.href} onClick={close}>
        {content}
      </a>
    )
  }
  return (
    <button
      type="button" class={item.danger ? 'menu-item danger' : 'menu-item'} tabIndex={-1}
      role={item.checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked={item.checked}
      aria-disabled={item.disabled ? 'true' : undefined}
      onClick={() => {
        if (item.disabled) return
        close()
        item.onClick?.()
      }}
    >
      {content}
    </button>
  )
}

function itemsOf(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('.menu-item') ?? [])]
}

function focusItem(root: HTMLElement | null, index: number): void {
  const items = itemsOf(root)
  items[(index + items.length) % items.length]?.focus()
}

function onKey(
  event: KeyboardEvent, open: boolean, root: HTMLElement | null, setOpen: (open: boolean) => void, close: () => void,
): void {
  if (!open) {
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    setOpen(true)
    return
  }
  const at = itemsOf(root).indexOf(document.activeElement as HTMLElement)
  const moves: Record<string, () => void> = {
    ArrowDown: () => focusItem(root, at + 1),
    ArrowUp: () => focusItem(root, Math.max(at, 0) - 1),
    Home: () => focusItem(root, 0),
    End: () => focusItem(root, -1),
    Escape: close,
  }
  const move = moves[event.key]
  if (move) {
    event.preventDefault()
    event.stopPropagation()
    move()
  } else if (event.key === 'Tab') {
    setOpen(false)
  } else if (event.key.length === 1) {
    focusLetter(root, at, event.key)
  }
}

function focusLetter(root: HTMLElement | null, at: number, letter: string): void {
  const items = itemsOf(root)
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  after.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter.toLowerCase()))?.focus()
}

function useOutside(root: { current: HTMLElement | null }, active: boolean, leave: () => void): void {
  useEffect(() => {
    if (!active) return
    const listen = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) leave()
    }
    document.addEventListener('pointerdown', listen)
    document.addEventListener('focusin', listen)
    return () => {
      document.removeEventListener('pointerdown', listen)
      document.removeEventListener('focusin', listen)
    }
  }, [active])
}

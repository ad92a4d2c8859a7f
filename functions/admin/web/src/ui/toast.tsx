import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

import { t } from '../i18n'

import type { Tone } from './badge'
import { Button } from './button'

interface Toast {
  id: number
  tone: Tone
  text: string
}

const toasts = signal<Toast[]>([])
let last = 0

/**
 * Says something in passing, to screen readers as well. What is bad stays
 * until it is closed.
 */
export function say(text: string, tone: Tone = 'good'): void {
  const id = ++last
  toasts.value = [...toasts.value.slice(-3), { id, tone, text }]
  if (tone !== 'bad') setTimeout(() => forget(id), 8000)
}

function forget(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

/** Where say's texts appear: two live regions that are always there. */
export function Toasts() {
  const of = (bad: boolean) => toasts.value.filter((toast) => (toast.tone === 'bad') === bad)
  const ref = useRef<HTMLDivElement>(null)
  const newest = toasts.value.at(-1)?.id
  useEffect(() => raise(ref.current), [newest])
  return (
    <div class="toasts" popover="manual" ref={ref}>
      <div role="status">{of(false).map(show)}</div>
      <div role="alert">{of(true).map(show)}</div>
    </div>
  )
}

function show(toast: Toast) {
  return (
    <div key={toast.id} class={`toast ${toast.tone}`}>
      <p class="outside">{toast.text}</p>
      <Button kind="ghost" small icon="close" label={t('common.close')} onClick={() => forget(toast.id)} />
    </div>
  )
}

/** raise puts the toasts above a dialog that was opened after them. */
function raise(element: HTMLElement | null): void {
  if (!element || typeof element.showPopover !== 'function') return
  if (element.matches(':popover-open')) element.hidePopover()
  element.showPopover()
}

import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

import { t } from '../i18n'

import { Button } from './button'

export interface DialogProps {
  title: string
  onClose: () => void
  children: ComponentChildren
  /** Buttons below; the safe one first. */
  actions?: ComponentChildren
  /** Keeps it open: Escape and the cross do nothing. */
  locked?: boolean
  size?: 'small' | 'medium' | 'large'
  tone?: 'plain' | 'danger'
}

/**
 * A modal dialog. The browser keeps the focus in it and gives it back to where
 * it was when the dialog goes away.
 */
export function Dialog(props: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const title = useId()
  useEffect(() => {
    const dialog = ref.current
    const opener = document.activeElement
    dialog?.showModal()
    return () => {
      dialog?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      class={`dialog ${props.size ?? 'medium'} ${props.tone ?? 'plain'}`}
      aria-labelledby={title}
      onCancel={(event) => {
        // Files that are chosen in a dialog send the same event.
        if (event.target !== ref.current) return
        event.preventDefault()
        if (!props.locked) props.onClose()
      }}
    >
      <header class="dialog-head">
        <h2 id={title}>{props.title}</h2>
        {!props.locked && <Button kind="ghost" icon="close" label={t('common.close')} onClick={props.onClose} />}
      </header>
      <div class="dialog-body">{props.children}</div>
      {props.actions && <footer class="dialog-actions">{props.actions}</footer>}
    </dialog>
  )
}

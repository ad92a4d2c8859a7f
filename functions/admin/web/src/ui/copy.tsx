import { t } from '../i18n'

import { Button } from './button'
import { say } from './toast'

/** Puts text on the clipboard and says whether that worked. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say(t('common.copied'))
  } catch {
    say(t('common.copyFailed'), 'bad')
  }
}

/** A small button that copies; label says what. */
export function CopyButton(props: { text: string; label: string }) {
  return <Button small kind="ghost" icon="copy" label={props.label} onClick={() => void copyText(props.text)} />
}

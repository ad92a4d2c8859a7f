import { t } from '../../i18n'
import { Button, say } from '../../ui'

/** A text to be copied; it is in sight, so it can be copied by hand as well. */
export function Copy({ text }: { text: string }) {
  return (
    <span class="copy">
      <span class="mono outside">{text}</span>
      <Button small kind="ghost" icon="copy" label={t('common.copy')} onClick={() => void copy(text)} />
    </span>
  )
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say(t('common.copied'))
  } catch {
    say(t('details.copyFailed'), 'warn')
  }
}

import { useEffect, useRef } from 'preact/hooks'

import { t } from '../i18n'
import { clockTime } from '../i18n/format'
import { changed, connection, me, reachable, sessionEnded } from '../store'
import { Button, LinkButton, Notice, say } from '../ui'

import { signInAddress } from './signedout'

/** Says on top of every view when what it shows is not fresh, and why. */
export function Banners() {
  useComeback()
  return (
    <div class="banners" aria-live="polite">
      {sessionEnded.value ? <SessionEnded /> : !reachable.value && <Offline />}
    </div>
  )
}

function SessionEnded() {
  return (
    <Notice tone="warn" title={t('session.ended')}>
      <p>{t('session.endedText')}</p>
      <LinkButton small kind="primary" icon="user" href={signInAddress()}>
        {t('session.again')}
      </LinkButton>
    </Notice>
  )
}

function Offline() {
  const { lastAnswer, failingSince, failure } = connection.value
  const retry = () => {
    me.refresh()
    changed()
  }
  return (
    <Notice tone="bad" title={t('offline.title', { time: clockTime(lastAnswer ?? failingSince ?? Date.now()) })}>
      <p>
        {failure?.kind === 'timeout'
          ? t('offline.timeout')
          : failure?.kind === 'network' && !navigator.onLine
            ? t('offline.network')
            : failure?.kind === 'http' && t('offline.server')}{' '}
        {t('offline.text')}
      </p>
      <Button small icon="refresh" onClick={retry}>
        {t('common.retryNow')}
      </Button>
    </Notice>
  )
}

/** Says so when the server answers again after it was away. */
function useComeback(): void {
  const away = useRef(false)
  useEffect(() => {
    if (away.current && reachable.value) say(t('offline.back'))
    away.current = !reachable.value
  }, [reachable.value])
}

import type { ComponentChild, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { t } from '../i18n'

import { Button } from './button'
import { Loading, Notice } from './states'

/** Returns a component whose code is loaded when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => ComponentChild {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const [, setReady] = useState(loaded !== undefined)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      if (loaded) return
      load().then(
        (component) => {
          loaded = component
          setReady(true)
        },
        () => setFailed(true),
      )
    }, [])
    if (failed) return <Outdated />
    const Component = loaded
    return Component ? <Component {...props} /> : <Loading />
  }
}

function Outdated() {
  return (
    <Notice tone="warn" role="alert" title={t('error.title')}>
      <p>{t('error.chunk')}</p>
      <Button small icon="refresh" onClick={() => location.reload()}>
        {t('error.reload')}
      </Button>
    </Notice>
  )
}

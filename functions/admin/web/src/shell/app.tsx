import { useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

import { language, t } from '../i18n'
import { address, route } from '../router'
import { knownUser, me, newestBackups, newestOperations } from '../store'
import { ErrorState, Loading, Toasts } from '../ui'

import { Banners } from './banners'
import { Boundary } from './boundary'
import { Dialogs } from './dialogs'
import { Header } from './header'
import { NoRole, SignedOut, Unreachable } from './signedout'
import { titleOf, View } from './view'

/** The whole page. */
export function App() {
  usePageLanguage()
  return (
    <>
      <a class="skip" href="#main">
        {t('common.skip')}
      </a>
      <Header />
      <Gate />
      <Toasts />
    </>
  )
}

/** Lets in who is signed in and has a role. */
function Gate() {
  const { data, error } = me.state.value
  const user = knownUser.value
  if (user) return user.role === '' ? <NoRole user={user} /> : <Inside />
  if (data === null) return <SignedOut />
  if (error?.unreachable) return <Unreachable />
  if (error) return <ErrorState error={error} onRetry={() => me.refresh()} />
  return <Loading />
}

function Inside() {
  useEffect(() => newestBackups.watch(), [])
  useEffect(() => newestOperations.watch(), [])
  const path = useComputed(() => address.value.path)
  const main = useFocusOnNavigation(path.value)
  return (
    <>
      <Banners />
      <main id="main" ref={main} tabIndex={-1}>
        <Boundary key={path.value}>
          <View route={route.value} />
        </Boundary>
      </main>
      <Boundary>
        <Dialogs />
      </Boundary>
    </>
  )
}

/** Moves the focus to a new view's heading, so that screen readers read on from there. */
function useFocusOnNavigation(path: string) {
  const main = useRef<HTMLElement>(null)
  const before = useRef(path)
  useEffect(() => {
    document.title = `${titleOf(route.value)} · ${t('common.product')}`
    if (before.current === path) return
    before.current = path
    const heading = main.current?.querySelector('h1')
    heading?.setAttribute('tabindex', '-1')
    ;(heading ?? main.current)?.focus({ preventScroll: true })
  }, [path, language.value])
  return main
}

function usePageLanguage(): void {
  useEffect(() => {
    document.documentElement.lang = language.value
  }, [language.value])
}

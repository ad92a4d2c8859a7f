import type { Me } from '../api'
import { t } from '../i18n'
import { address } from '../router'
import { me } from '../store'
import { Button, EmptyState, LinkButton } from '../ui'

/** Where to sign in, coming back to this very view. */
export function signInAddress(options: { fresh?: boolean; returnTo?: string } = {}): string {
  const { path, search } = address.value
  const params = new URLSearchParams({ return_to: options.returnTo ?? path + search })
  if (options.fresh) params.set('max_age', '0')
  return `/auth/login?${params.toString()}`
}

/** What somebody sees who is not signed in. */
export function SignedOut() {
  return (
    <main id="main" class="gate">
      <h1>{t('session.title')}</h1>
      <p class="muted">{t('session.text')}</p>
      <LinkButton kind="primary" icon="user" href={signInAddress()}>
        {t('session.signIn')}
      </LinkButton>
    </main>
  )
}

/** What somebody sees who is signed in and may do nothing. */
export function NoRole({ user }: { user: Me }) {
  return (
    <main id="main" class="gate">
      <h1>{t('session.title')}</h1>
      <p class="outside">{t('session.noRole', { name: user.name })}</p>
      <LinkButton icon="user" href={signInAddress({ fresh: true })}>
        {t('session.again')}
      </LinkButton>
    </main>
  )
}

/** What is shown when the server has never answered. */
export function Unreachable() {
  return (
    <main id="main" class="gate" aria-live="polite">
      <EmptyState icon="alert" title={t('offline.never')}>
        <p>{t('offline.neverText')}</p>
        <Button icon="refresh" busy={me.state.value.loading} onClick={() => me.refresh()}>
          {t('common.retryNow')}
        </Button>
      </EmptyState>
    </main>
  )
}

import { change, ApiError, type Me } from '../api'
import { openDialog } from '../dialogs'
import { language, setLanguage, t, type Language } from '../i18n'
import { base, href, route } from '../router'
import { isAdmin, knownUser } from '../store'
import { setTheme, theme, themes } from '../theme'
import { explain, Icon, Menu, say } from '../ui'

/** The bar on top of every view. */
export function Header() {
  const user = knownUser.value
  return (
    <header class="top">
      <div class="top-inner">
        <a class="brand" href={base}>
          <span class="brand-mark">
            <Icon name="shield" size={20} />
          </span>
          <span class="brand-name">{t('common.product')}</span>
        </a>
        {user && user.role !== '' && <Navigation />}
        <div class="top-end">
          <LanguageMenu />
          <ThemeMenu />
          {user && <AccountMenu user={user} />}
        </div>
      </div>
    </header>
  )
}

const sections = [
  { name: 'list', text: 'nav.backups', icon: 'layers' },
  { name: 'schedule', text: 'nav.schedule', icon: 'calendar' },
  { name: 'audit', text: 'nav.audit', icon: 'file' },
] as const

function Navigation() {
  const at = route.value.name
  const current = at === 'schedule' || at === 'audit' ? at : 'list'
  return (
    <nav class="nav" aria-label={t('nav.label')}>
      {sections.map((section) => (
        <a key={section.name} href={href({ name: section.name })} aria-current={current === section.name ? 'page' : undefined}>
          <Icon name={section.icon} size={18} />
          <span>{t(section.text)}</span>
        </a>
      ))}
    </nav>
  )
}

const languages: { value: Language; text: string }[] = [
  { value: 'ru', text: 'Русский' },
  { value: 'en', text: 'English' },
]

function LanguageMenu() {
  return (
    <Menu
      label={`${t('nav.language')}: ${language.value.toUpperCase()}`}
      items={languages.map(({ value, text }) => ({
        text, checked: language.value === value, onClick: () => setLanguage(value),
      }))}
    >
      <span class="language-code" aria-hidden="true">
        {language.value.toUpperCase()}
      </span>
    </Menu>
  )
}

function ThemeMenu() {
  return (
    <Menu
      icon="sun"
      label={t('nav.theme')}
      items={themes.map((name) => ({
        text: t(`nav.theme.${name}`), checked: theme.value === name, onClick: () => setTheme(name),
      }))}
    />
  )
}

function AccountMenu({ user }: { user: Me }) {
  return (
    <Menu
      icon="user"
      label={t('nav.account')}
      head={
        <>
          <p class="outside">{user.email || user.name}</p>
          <p class="muted small">{user.role !== '' && t(`nav.role.${user.role}`)}</p>
        </>
      }
      items={[
        { text: t('nav.signOut'), icon: 'out', onClick: () => void signOut() },
        ...(isAdmin.value ? [{ text: t('nav.everybodyOut'), icon: 'out', danger: true, onClick: () => openDialog({ name: 'everybody-out' }) } as const] : []),
      ]}
    />
  )
}

async function signOut(): Promise<void> {
  try {
    await change.logout()
    location.assign(base)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    say(explain(error), 'bad')
  }
}

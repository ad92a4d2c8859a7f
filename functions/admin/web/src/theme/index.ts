import { effect, signal } from '@preact/signals'

import { remember, remembered } from '../store/remembered'

/** What the user may choose; auto follows the system. */
export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** The user's choice. */
export const theme = signal<Theme>(themes.find((name) => name === remembered('theme')) ?? 'auto')

/** Whether the page is dark now. */
export const dark = signal(false)

/** Chooses, for the next visits as well. */
export function setTheme(choice: Theme): void {
  theme.value = choice
  remember('theme', choice === 'auto' ? undefined : choice)
}

/** Gives the page its theme and follows the system's. */
export function startTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    dark.value = theme.value === 'dark' || (theme.value === 'auto' && system.matches)
    document.documentElement.dataset['theme'] = dark.value ? 'dark' : 'light'
  }
  effect(apply)
  system.addEventListener('change', apply)
}

import { computed, signal } from '@preact/signals'

import { remembered, remember } from '../store/remembered'

import { en } from './en'
import { ru } from './ru'

/** The languages of the page. */
export type Language = 'en' | 'ru'

/** A text, or its forms by Intl.PluralRules of {count}. */
export type Message = string | { one: string; few?: string; many?: string; other: string }

/** What both dictionaries have. */
export type Key = keyof typeof en

/** Values for the {names} in a message. */
export type Params = Record<string, string | number>

const dictionaries: Record<Language, Record<Key, Message>> = { en, ru }

/** The language of the page. */
export const language = signal<Language>(preferred(remembered('language'), globalThis.navigator?.languages ?? []))

/** Picks the user's choice, or the first of the browser's languages that we have. */
export function preferred(choice: string | undefined, languages: readonly string[]): Language {
  for (const tag of [choice ?? '', ...languages]) {
    const [primary] = tag.toLowerCase().split('-')
    if (primary === 'ru' || primary === 'en') return primary
  }
  return 'en'
}

/** Switches the language, for the next visits as well. */
export function setLanguage(choice: Language): void {
  language.value = choice
  remember('language', choice)
}

const plurals = computed(() => new Intl.PluralRules(language.value))

/** Returns a text in the page's language with its values put in. */
export function t(key: Key, params: Params = {}): string {
  return fill(form(dictionaries[language.value][key], params), params)
}

function form(message: Message, params: Params): string {
  if (typeof message === 'string') return message
  const rule = plurals.value.select(Number(params['count']))
  return message[rule as keyof typeof message] ?? message.other
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? numbers.value.format(value) : value
  })
}

const numbers = computed(() => new Intl.NumberFormat(language.value))

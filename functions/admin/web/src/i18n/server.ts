import { effect, signal } from '@preact/signals'

import { language } from './index'
import { translator, type Translate } from './sentences'
import address from './server.ru.json?url'

// The dictionary is a file of its own, for those who need it: data, not code.
const russian = signal<Translate | undefined>(undefined)

effect(() => {
  if (language.value === 'ru' && !russian.peek()) void load()
})

/** Fetches the Russian dictionary. Until it is there, and if it does not come, sentences stay English. */
export async function load(): Promise<void> {
  try {
    const answer = await fetch(address)
    if (answer.ok) russian.value = translator((await answer.json()) as Record<string, string>, 'ru')
  } catch {
    // The next switch of the language tries again.
  }
}

/**
 * Returns a sentence of the server in the page's language, or as it is when it
 * is not known. It may be several sentences, or begin with a path and a colon.
 */
export function serverText(sentence: string): string {
  return language.value === 'ru' && russian.value ? russian.value(sentence) : sentence
}

import { effect, signal } from '@preact/signals'

import { language } from './index'
import { translator, type Translate } from './sentences'

// The dictionary is a chunk of its own, for those who need it.
const russian = signal<Translate | undefined>(undefined)

effect(() => {
  if (language.value === 'ru' && !russian.peek()) void load()
})

/** Fetches the Russian dictionary. Until it is there, and if it does not come, sentences stay English. */
export async function load(): Promise<void> {
  try {
    const { default: dictionary } = await import('./server.ru.json')
    russian.value = translator(dictionary, 'ru')
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

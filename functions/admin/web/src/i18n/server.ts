import { effect, signal } from '@preact/signals'

import { language } from './index'
import { translator, type Translate } from './sentences'
import address from './server.ru.json?url'

const russian = signal<Translate | undefined>(undefined)

effect(() => {
  if (language.value === 'ru' && !russian.peek()) void load()
})

/** Fetches the Russian dictionary. Until it is there, and if it does not come, sentences stay English. */
export async function load(fetchDictionary: () => Promise<Record<string, string>> = dictionary): Promise<void> {
  try {
    russian.value = translator(await fetchDictionary(), 'ru')
  } catch {
    // The next switch of the language tries again.
  }
}

/** The dictionary is data, for those who need it: no script has to be read for it. */
async function dictionary(): Promise<Record<string, string>> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status}`)
  return (await response.json()) as Record<string, string>
}

/**
 * Returns a sentence of the server in the page's language, or as it is when it
 * is not known. It may be several sentences, or begin with a path and a colon.
 */
export function serverText(sentence: string): string {
  return language.value === 'ru' && russian.value ? russian.value(sentence) : sentence
}

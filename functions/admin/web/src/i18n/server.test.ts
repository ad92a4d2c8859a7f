import { readFileSync } from 'node:fs'

import { afterEach, expect, test, vi } from 'vitest'

import { language } from './index'
import { load, serverText } from './server'

vi.stubGlobal('fetch', () => Promise.resolve(new Response(readFileSync(new URL('./server.ru.json', import.meta.url)))))

afterEach(() => {
  language.value = 'en'
})

test('sentences are in the language of the page as soon as the dictionary is there', async () => {
  language.value = 'en'
  expect(serverText('The backup is complete.')).toBe('The backup is complete.')
  language.value = 'ru'
  await load()
  expect(serverText('The backup is complete.')).toBe('Резервная копия готова.')
  language.value = 'en'
  expect(serverText('The backup is complete.')).toBe('The backup is complete.')
})

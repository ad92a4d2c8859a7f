import { afterEach, expect, test } from 'vitest'

import { language } from './index'
import { load, serverText } from './server'

afterEach(() => {
  language.value = 'en'
})

test('sentences are in the language of the page as soon as the dictionary is there', async () => {
  language.value = 'en'
  expect(serverText('The backup is complete.')).toBe('The backup is complete.')
  language.value = 'ru'
  await load(() => import('./server.ru.json').then((m) => m.default))
  expect(serverText('The backup is complete.')).toBe('Резервная копия готова.')
  language.value = 'en'
  expect(serverText('The backup is complete.')).toBe('The backup is complete.')
})

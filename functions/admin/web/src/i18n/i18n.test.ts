import { afterEach, describe, expect, it } from 'vitest'

import { en } from './en'
import { ru } from './ru'

import { language, preferred, t, type Key, type Message } from './index'

afterEach(() => {
  language.value = 'en'
})

const forms = (message: Message) => (typeof message === 'string' ? [message] : Object.values(message))
const namesIn = (message: Message) => [...new Set(forms(message).join(' ').match(/\{\w+\}/g))].sort()

describe('dictionaries', () => {
  it.each(Object.keys(en) as Key[])('%s takes the same values in both languages', (key) => {
    expect(namesIn(ru[key])).toEqual(namesIn(en[key]))
  })

  it('have no empty texts', () => {
    for (const message of [...Object.values<Message>(en), ...Object.values<Message>(ru)]) {
      for (const form of forms(message)) expect(form.trim()).not.toBe('')
    }
  })

  it('have all of Russian’s plural forms', () => {
    for (const message of Object.values<Message>(ru)) {
      if (typeof message !== 'string') expect(Object.keys(message).sort()).toEqual(['few', 'many', 'one', 'other'])
    }
  })
})

describe('t', () => {
  it('chooses the form by the language’s rules', () => {
    const say = (count: number) => t('count.files', { count })
    expect([1, 2, 5].map(say)).toEqual(['1 file', '2 files', '5 files'])
    language.value = 'ru'
    expect([1, 2, 5, 11, 21, 22].map(say)).toEqual(['1 файл', '2 файла', '5 файлов', '11 файлов', '21 файл', '22 файла'])
  })

  it('puts in values as they are', () => {
    expect(t('common.asOf', { time: '{count} $& <b>' })).toBe('As of {count} $& <b>')
  })
})

describe('preferred', () => {
  it.each([
    ['the choice first', 'en', ['ru-RU'], 'en'],
    ['then the browser’s order', undefined, ['de-DE', 'ru-RU', 'en'], 'ru'],
    ['English when there is nothing of ours', undefined, ['de', 'fr'], 'en'],
    ['nothing odd from what was remembered', 'xx', ['ru'], 'ru'],
  ] as const)('takes %s', (_, choice, languages, want) => {
    expect(preferred(choice, languages)).toBe(want)
  })
})

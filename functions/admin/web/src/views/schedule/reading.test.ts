import { describe, expect, it } from 'vitest'

import { reading } from './reading'

const words = {
  en: { daily: (times: string) => `Every day at ${times}`, list: (w: string[]) => w.join(' and ') },
  ru: { daily: (times: string) => `Каждый день в ${times}`, list: (w: string[]) => w.join(' и ') },
}
const say = (crontab: string, language: 'en' | 'ru' = 'ru') => reading(crontab, language, words[language])

describe('reading', () => {
  it.each([
    ['0 2 * * *', 'Каждый день в 02:00', 'Every day at 02:00'],
    ['5 13,1 * * *', 'Каждый день в 01:05 и 13:05', 'Every day at 01:05 and 13:05'],
    ['*/15 * * * *', 'Каждые 15 минут', 'Every 15 minutes'],
    ['0 4 * * SUN', 'В 04:00, только в воскресенье', 'At 04:00, only on Sunday'],
    ['0 4 * * 7', 'В 04:00, только в воскресенье', 'At 04:00, only on Sunday'],
    ['30 3 * * 1-5', 'В 03:30, с понедельника по пятницу', 'At 03:30, Monday through Friday'],
    ['0 2 1 * *', 'В 02:00, в 1 число месяца', 'At 02:00, on day 1 of the month'],
  ])('says what %s means', (crontab, ru, en) => {
    expect([say(crontab), say(crontab, 'en')]).toEqual([ru, en])
  })

  it('passes over spaces', () => {
    expect(say('  0   2 * * * ')).toBe('Каждый день в 02:00')
  })

  it.each(['', '0 2 * *', '61 * * * *', '0 24 * * *', '0 2 * * * *', '@daily', 'x y z u v', '<b> * * * *'])(
    'says nothing of %s, which is none',
    (crontab) => {
      expect(say(crontab)).toBeUndefined()
    },
  )
})

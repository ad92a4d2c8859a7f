import { afterEach, describe, expect, it } from 'vitest'

import { language } from '../../i18n'

import { reading } from './reading'

afterEach(() => {
  language.value = 'en'
})

function inBoth(crontab: string): (string | undefined)[] {
  return (['ru', 'en'] as const).map((code) => {
    language.value = code
    return reading(crontab)
  })
}

describe('reading', () => {
  it.each([
    ['0 2 * * *', 'Каждый день в 02:00', 'Every day at 02:00'],
    ['5 13,1 * * *', 'Каждый день в 01:05 и 13:05', 'Every day at 01:05 and 13:05'],
    ['* * * * *', 'Каждую минуту', 'Every minute'],
    ['*/15 * * * *', 'Каждые 15 минут', 'Every 15 minutes'],
    ['*/2 * * * *', 'Каждые 2 минуты', 'Every 2 minutes'],
    ['*/7 * * * *', 'Каждый час в 0, 7, 14, 21, 28, 35, 42, 49 и 56 мин.', 'Every hour at minute 0, 7, 14, 21, 28, 35, 42, 49, and 56'],
    ['0 * * * *', 'Каждый час ровно', 'Every hour on the hour'],
    ['15,45 * * * *', 'Каждый час в 15 и 45 мин.', 'Every hour at minute 15 and 45'],
    ['0-30 * * * *', 'Каждый час в 0–30 мин.', 'Every hour at minute 0–30'],
    ['0 */6 * * *', 'Каждый день в 00:00, 06:00, 12:00 и 18:00', 'Every day at 00:00, 06:00, 12:00, and 18:00'],
    ['30 */2 * * *', 'Каждые 2 часа с 00:30', 'Every 2 hours from 00:30'],
    ['0 8-18 * * MON,FRI', 'По понедельникам и пятницам каждый час с 08:00 до 18:00', 'On Mondays and Fridays every hour from 08:00 to 18:00'],
    ['*/15 8-18 * * *', 'Каждые 15 минут с 08:00 до 18:59', 'Every 15 minutes from 08:00 to 18:59'],
    ['*/20 1,5,9 * * *', 'Каждые 20 минут, часы: 1, 5 и 9', 'Every 20 minutes, in the hours 1, 5, and 9'],
    ['0 4 * * SUN', 'По воскресеньям в 04:00', 'On Sundays at 04:00'],
    ['0 4 * * 7', 'По воскресеньям в 04:00', 'On Sundays at 04:00'],
    ['0 4 * * 5-7', 'По пятницам, субботам и воскресеньям в 04:00', 'On Fridays, Saturdays, and Sundays at 04:00'],
    ['30 3 * * 1-5', 'По будням в 03:30', 'On weekdays at 03:30'],
    ['30 3 * * sat,sun', 'По выходным в 03:30', 'At weekends at 03:30'],
    ['0 2 1 * *', '1 числа каждого месяца в 02:00', 'On day 1 of every month at 02:00'],
    ['0 2 1,15 * *', '1 и 15 числа каждого месяца в 02:00', 'On days 1 and 15 of every month at 02:00'],
    ['0 2 1-7 * *', 'С 1 по 7 число каждого месяца в 02:00', 'On days 1 to 7 of every month at 02:00'],
    ['59 23 31 12 *', '31 числа в декабре в 23:59', 'On day 31 of December at 23:59'],
    ['0 1 * JAN,JUL *', 'Каждый день в январе и июле в 01:00', 'Every day in January and July at 01:00'],
    ['0 1 * 6-8 1', 'По понедельникам в июне, июле и августе в 01:00', 'On Mondays in June, July, and August at 01:00'],
    ['0 * 1 * *', '1 числа каждого месяца каждый час ровно', 'On day 1 of every month every hour on the hour'],
  ])('says what %s means', (crontab, ru, en) => {
    expect(inBoth(crontab)).toEqual([ru, en])
  })

  it('passes over spaces', () => {
    expect(reading('  0   2 * * * ')).toBe('Every day at 02:00')
  })

  it.each([
    '', '0 2 * *', '61 * * * *', '0 24 * * *', '0 2 0 * *', '0 2 * 13 *', '0 2 * * 8', '0 2 * * * *', '@daily', 'x y z u v',
    '<b> * * * *', '*/0 * * * *', '5/10 * * * *', '9-5 * * * *', '0 2 1 * 1', '-1 * * * *', '1, * * * *',
  ])('says nothing of %s, which is none or has two meanings', (crontab) => {
    expect(reading(crontab)).toBeUndefined()
  })
})

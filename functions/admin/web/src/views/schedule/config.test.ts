import { describe, expect, it } from 'vitest'

import { largestFile, readConfig } from './config'

describe('readConfig', () => {
  it('takes what was exported, also with a mark of byte order', () => {
    const config = { version: 1, timezone: 'UTC', schedules: [{ job: 'full', enabled: true, crontab: '0 2 * * *' }] }
    expect(readConfig(JSON.stringify(config))).toEqual({ config })
    expect(readConfig(`\uFEFF${JSON.stringify(config)}`)).toEqual({ config })
  })

  it.each([
    ['not JSON', '{', 'json'],
    ['nothing', '', 'json'],
    ['JSON of something else', '[1]', 'shape'],
    ['a null', 'null', 'shape'],
    ['too much', ' '.repeat(largestFile + 1), 'large'],
  ])('refuses %s', (_, text, fault) => {
    expect(readConfig(text)).toEqual({ fault })
  })
})

import { describe, expect, it } from 'vitest'

import type { ScheduleItem } from '../../api'

import { changedMeanwhile, kept, overTheirs, tidy, typed, versionFor } from './draft'

const item = (change: Partial<ScheduleItem> = {}): ScheduleItem => ({
  job: 'full', name: 'Full backup', enabled: true, crontab: '0 2 * * *', expression: 'cron(0 2 * * ? *)',
  timezone: 'Europe/Moscow', next_runs: [], version: 3, ...change,
})

const draft = (crontab = '0 4 * * *') => typed(undefined, item(), { crontab })!

describe('typed', () => {
  it('begins with what the server has', () => {
    expect(draft()).toEqual({
      crontab: '0 4 * * *', timezone: 'Europe/Moscow', base: { crontab: '0 2 * * *', timezone: 'Europe/Moscow', version: 3 },
    })
  })

  it('keeps what was typed before, and what it began with', () => {
    const both = typed(draft(), item({ version: 9, crontab: '1 1 * * *' }), { timezone: 'UTC' })!
    expect(both).toMatchObject({ crontab: '0 4 * * *', timezone: 'UTC', base: { version: 3, crontab: '0 2 * * *' } })
  })

  it('is no draft when it is as on the server again', () => {
    expect(typed(draft(), item(), { crontab: '0 2 * * *' })).toBeUndefined()
  })

  it('lets a space be typed', () => {
    expect(typed(undefined, item(), { crontab: '0 2 * * * ' })?.crontab).toBe('0 2 * * * ')
  })
})

describe('kept', () => {
  it('is false once the server has what was typed', () => {
    expect(kept(draft(), item({ crontab: '0 4 * * *', version: 4 }))).toBe(false)
    expect(kept(draft(), item())).toBe(true)
  })
})

describe('changedMeanwhile', () => {
  it('is nothing while the server has what the draft began with', () => {
    expect(changedMeanwhile(draft(), item())).toEqual([])
  })

  it('is nothing when only on and off was changed', () => {
    expect(changedMeanwhile(draft(), item({ enabled: false, version: 4 }))).toEqual([])
  })

  it('names what somebody else has changed', () => {
    expect(changedMeanwhile(draft(), item({ crontab: '0 3 * * *', version: 4 }))).toEqual([
      { field: 'crontab', before: '0 2 * * *', theirs: '0 3 * * *', mine: '0 4 * * *' },
    ])
  })
})

describe('overTheirs', () => {
  it('keeps what was typed and takes theirs for the rest', () => {
    const theirs = item({ crontab: '0 3 * * *', timezone: 'UTC', version: 4 })
    const mine = overTheirs(draft(), theirs)
    expect(mine).toMatchObject({ crontab: '0 4 * * *', timezone: 'UTC' })
    expect(changedMeanwhile(mine, theirs)).toEqual([])
  })
})

describe('versionFor', () => {
  it('passes over changes of other things, but not of what is typed over', () => {
    expect(versionFor(draft(), item({ enabled: false, version: 4 }))).toBe(4)
    expect(versionFor(draft(), item({ crontab: '0 3 * * *', version: 4 }))).toBe(3)
  })
})

describe('tidy', () => {
  it('leaves single spaces', () => {
    expect(tidy('  0\t2 *  * * ')).toBe('0 2 * * *')
  })
})

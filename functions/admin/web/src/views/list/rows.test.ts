import { describe, expect, it } from 'vitest'

import type { Backup } from '../../api'

import { hasGap, merge, noRows, type Rows } from './rows'

const backup = (id: string, note = '') => ({ id, note }) as Backup
const ids = (r: Rows) => r.rows.map((b) => b.id).join('')
const rows = (text: string, complete = false): Rows => ({ rows: [...text].map((id) => backup(id)), complete })
const page = (text: string, cursor?: string) => ({ backups: [...text].map((id) => backup(id)), ...(cursor && { cursor }) })

describe('merge', () => {
  it('begins with the newest page', () => {
    expect(merge(noRows, page('zyx', 'x'))).toMatchObject({ complete: false })
    expect(merge(noRows, page('zyx'))).toMatchObject({ complete: true })
    expect(merge(noRows, page(''))).toEqual({ rows: [], complete: true })
  })

  it('appends older pages', () => {
    const two = merge(rows('zyx'), page('wvu', 'u'), 'x')
    expect(ids(two)).toBe('zyxwvu')
    expect(two.complete).toBe(false)
    expect(merge(two, page('t'), 'u')).toMatchObject({ complete: true })
    expect(ids(merge(two, page(''), 'u'))).toBe('zyxwvu')
  })

  it('puts new backups before those that are known', () => {
    const r = merge(rows('xwvu', true), page('zyx', 'x'))
    expect(ids(r)).toBe('zyxwvu')
    expect(r.complete).toBe(true)
  })

  it('keeps what fell off the newest page', () => {
    expect(ids(merge(rows('yxw'), page('zyx', 'x')))).toBe('zyxw')
  })

  it('forgets what was deleted, on the newest page and in between', () => {
    expect(ids(merge(rows('zyxwv'), page('zxw', 'w')))).toBe('zxwv')
    expect(ids(merge(rows('zyxwv', true), page('w', 'w'), 'y'))).toBe('zywv')
  })

  it('forgets all that follows the end of the list', () => {
    expect(ids(merge(rows('zyxwv'), page('zy')))).toBe('zy')
    expect(ids(merge(rows('zyxwv', true), page(''), 'y'))).toBe('zy')
  })

  it('takes what a page says of a backup', () => {
    const r = merge(rows('zy'), { backups: [backup('y', 'new')] }, 'z')
    expect(r.rows[1]?.note).toBe('new')
  })

  it('does not know its end any more when it has nothing beyond a page', () => {
    expect(merge(rows('zyx', true), page('zyxw', 'w')).complete).toBe(false)
    expect(merge(rows('zyx', true), page('zyx', 'x')).complete).toBe(true)
  })

  it('is not confused by a cursor without rows', () => {
    expect(ids(merge(rows('zy'), page('', 'q')))).toBe('zy')
  })
})

describe('hasGap', () => {
  it('tells that between the newest page and what is known others may be', () => {
    expect(hasGap(rows('dcb'), page('zyx', 'x'))).toBe(true)
    expect(hasGap(rows('xcb'), page('zyx', 'x'))).toBe(false)
    expect(hasGap(rows('dcb'), page('zyx'))).toBe(false)
    expect(hasGap(noRows, page('zyx', 'x'))).toBe(false)
  })
})

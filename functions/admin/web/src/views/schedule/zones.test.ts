import { describe, expect, it } from 'vitest'

import { offset, zones } from './zones'

describe('zones', () => {
  it('have UTC first, each once, and those in use that the browser does not know', () => {
    const all = zones(['Europe/Moscow', 'Mars/Base'])
    expect(all[0]).toBe('UTC')
    expect(all).toContain('Mars/Base')
    expect(all.filter((zone) => zone === 'Europe/Moscow')).toHaveLength(1)
    expect(all.length).toBeGreaterThan(300)
  })
})

describe('offset', () => {
  it('says how far a zone is from UTC', () => {
    expect(offset('Europe/Moscow')).toBe('GMT+3')
    expect(offset('Mars/Base')).toBe('')
  })
})

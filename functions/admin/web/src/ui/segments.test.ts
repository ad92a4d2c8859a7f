import { describe, expect, it } from 'vitest'

import { segments } from './segments'

describe('segments', () => {
  it('shows what turns the writing round', () => {
    expect(segments('right \u202Egpj.exe\u202C')).toEqual([
      { text: 'right ' }, { text: '\u202E', code: 'U+202E' }, { text: 'gpj.exe' }, { text: '\u202C', code: 'U+202C' },
    ])
  })

  it('shows control characters', () => {
    expect(segments('\u0007\n')).toEqual([{ text: '\u0007', code: 'U+0007' }, { text: '\n', code: 'U+000A' }])
  })

  it.each(['plain.jpg', '<script>alert(1)</script>', '👩‍👩‍👧‍👦 שלום', '\uFFFD', ''])('leaves %j whole', (name) => {
    expect(segments(name)).toEqual(name === '' ? [] : [{ text: name }])
  })

  it.each(['\u202E'.repeat(4000), 'a\u200b'.repeat(2000), `${'x'.repeat(4000)}\n`])('loses nothing of a long name', (name) => {
    const found = segments(name)
    expect(found.map((s) => s.text).join('')).toBe(name)
    expect(found.length).toBeLessThan(210)
  })
})

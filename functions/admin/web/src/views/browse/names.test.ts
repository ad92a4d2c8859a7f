import { describe, expect, it } from 'vitest'

import { mayBePicture, segments, shortName } from './names'

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

describe('shortName', () => {
  it('cuts between characters', () => {
    expect(shortName('𝄞'.repeat(100), 3)).toBe('𝄞𝄞…')
    expect(shortName('short')).toBe('short')
  })
})

describe('mayBePicture', () => {
  it.each([
    ['a.JPG', 'file', 10, true],
    ['a.svg', 'file', 10, false],
    ['a.png', 'dir', 10, false],
    ['a.png', 'file', 0, false],
    ['a.png', 'file', (4 << 20) + 1, false],
  ])('%s, %s, %d: %s', (path, type, size, want) => {
    expect(mayBePicture({ path, type, size })).toBe(want)
  })
})

import { describe, expect, it } from 'vitest'

import { mayBePicture, shortName } from './names'

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

import { describe, expect, it } from 'vitest'

import type { Entry } from '../../api'

import { clicked, ordered } from './order'

const entry = (path: string, type: Entry['type'] = 'file', size = 0, day = 1): Entry => ({
  path, type, size, mtime: `2026-11-0${day}T00:00:00Z`, mode: '0644',
})
const all = [entry('b10', 'file', 5, 3), entry('b2', 'file', 9, 1), entry('z', 'dir', 0, 2), entry('a', 'symlink', 0, 2), entry('y', 'dir', 0, 4)]
const paths = (entries: Entry[]) => entries.map((e) => e.path).join(' ')

describe('ordered', () => {
  it('puts folders first and keeps the order of the server otherwise', () => {
    expect(paths(ordered(all, undefined))).toBe('z y b10 b2 a')
  })

  it.each([
    ['name', false, 'y z a b2 b10'],
    ['name', true, 'z y b10 b2 a'],
    ['size', true, 'y z b2 b10 a'],
    ['size', false, 'y z a b10 b2'],
    ['mtime', true, 'y z b10 a b2'],
  ] as const)('sorts by %s, descending %s', (key, descending, want) => {
    expect(paths(ordered(all, { key, descending }))).toBe(want)
  })

  it('leaves what it was given as it was', () => {
    const before = paths(all)
    ordered(all, { key: 'name', descending: false })
    expect(paths(all)).toBe(before)
  })
})

describe('clicked', () => {
  it('begins with what is looked for most and turns round', () => {
    expect(clicked(undefined, 'name')).toEqual({ key: 'name', descending: false })
    expect(clicked({ key: 'name', descending: false }, 'size')).toEqual({ key: 'size', descending: true })
    expect(clicked({ key: 'size', descending: true }, 'size')).toEqual({ key: 'size', descending: false })
  })
})

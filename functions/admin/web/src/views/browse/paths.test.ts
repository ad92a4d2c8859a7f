import { describe, expect, it } from 'vitest'

import { baseName, bytesOf, crumbs, exactOf, keyOf, nameBelow, outermost, placeOf, queryOf, wireForm, type Exact } from './paths'

const odd: Exact = { path: 'storage/\uFFFD/b', path_base64: btoa('storage/\xff/b') }

describe('exactOf and bytesOf', () => {
  it.each<Exact>([{ path: '' }, { path: 'storage/ёж 🎂/b' }, { path: '\uFEFFmark' }, odd])('keep every byte of %j', (exact) => {
    expect(exactOf(bytesOf(exact))).toEqual(exact)
  })
})

describe('wireForm', () => {
  it('is the text when it can be', () => {
    expect(wireForm({ path: 'storage/<script>"\u202E' })).toEqual({ text: 'storage/<script>"\u202E' })
  })

  it('is base64 of what is not text', () => {
    expect(wireForm(odd)).toEqual({ base64: odd.path_base64 })
  })

  it('is base64 of what has control characters: the API refuses them as text', () => {
    expect(wireForm({ path: 'a\nb' })).toEqual({ base64: btoa('a\nb') })
    expect(wireForm({ path: 'a\u0085b' })).toEqual({ base64: btoa('a\xc2\x85b') })
  })

  it('is base64 of what would be a very long address', () => {
    const form = wireForm({ path: 'я'.repeat(2000) })
    expect('base64' in form && form.base64.length).toBeLessThan(5500)
  })
})

describe('queryOf', () => {
  it('names the parameter that the form needs', () => {
    expect(queryOf({ path: 'a' }, 'prefix')).toEqual({ prefix: 'a' })
    expect(queryOf(odd, 'path')).toEqual({ path_base64: odd.path_base64 })
    expect(queryOf({ path: '' }, 'prefix')).toEqual({})
  })
})

describe('placeOf', () => {
  it.each<Exact>([{ path: '' }, { path: 'storage/a&b=c' }, odd])('reads what queryOf has written of %j', (place) => {
    expect(placeOf(new URLSearchParams(queryOf(place, 'path')))).toEqual(place)
  })

  it('is the top when the address is wrong', () => {
    expect(placeOf(new URLSearchParams({ path_base64: '%%%' }))).toEqual({ path: '' })
  })
})

describe('crumbs', () => {
  it('has every folder on the way', () => {
    expect(crumbs({ path: 'storage/acme/spring' }).map((c) => [c.name, c.place.path])).toEqual([
      ['storage', 'storage'], ['acme', 'storage/acme'], ['spring', 'storage/acme/spring'],
    ])
    expect(crumbs({ path: '' })).toEqual([])
  })

  it('goes by bytes where names are not text', () => {
    expect(crumbs(odd).map((c) => c.place.path_base64)).toEqual([undefined, btoa('storage/\xff'), odd.path_base64])
  })
})

describe('names', () => {
  it('are seen from a folder', () => {
    expect(nameBelow({ path: 'storage/a/b.jpg' }, { path: 'storage' })).toBe('a/b.jpg')
    expect(nameBelow({ path: 'database/app.db' }, { path: '' })).toBe('database/app.db')
    expect(baseName({ path: 'storage/a/b.jpg' })).toBe('b.jpg')
  })
})

describe('outermost', () => {
  it('leaves out what is in a chosen folder, and nothing that only begins alike', () => {
    const chosen = [{ path: 'storage/a/b' }, { path: 'storage/a' }, { path: 'storage/ab' }, { path: 'storage/c/d' }]
    expect(outermost(chosen).map((e) => e.path)).toEqual(['storage/a', 'storage/ab', 'storage/c/d'])
  })
})

describe('keyOf', () => {
  it('tells text from bytes', () => {
    expect(new Set([keyOf({ path: 'a' }), keyOf({ path: 'a', path_base64: 'YQ==' }), keyOf({ path: '' })]).size).toBe(3)
  })
})

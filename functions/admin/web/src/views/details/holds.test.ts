import { describe, expect, it } from 'vitest'

import { holdsSome } from './holds'

describe('what a backup holds of a component that is not in it whole', () => {
  it('is nothing of a database', () => {
    expect(holdsSome({ file_count: 20, db_success: false }, 'database')).toBe(false)
  })

  it('is some of the media when there are files beside the database', () => {
    expect(holdsSome({ file_count: 20, db_success: true }, 'storage')).toBe(true)
    expect(holdsSome({ file_count: 1, db_success: true }, 'storage')).toBe(false)
    expect(holdsSome({ file_count: 0, db_success: false }, 'storage')).toBe(false)
    expect(holdsSome({ file_count: 1, db_success: false }, 'storage')).toBe(true)
  })
})

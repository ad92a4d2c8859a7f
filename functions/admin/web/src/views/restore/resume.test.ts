import { describe, expect, it } from 'vitest'

import { firstChoice } from './choice'
import { forget, resume, signInTime, suspend, type Keeper, type Suspended } from './resume'

class Memory implements Keeper {
  readonly values = new Map<string, string>()
  getItem = (k: string) => this.values.get(k) ?? null
  setItem = (k: string, v: string) => void this.values.set(k, v)
  removeItem = (k: string) => void this.values.delete(k)
}

const state: Suspended = {
  dialog: 'restore', backup: 'b', paths: ['storage/<script>'], pathsBase64: [], choice: firstChoice, step: 'confirm', dryRun: 'o',
}
const path = '/admin/backups/b'

describe('a dialog that was left to sign in', () => {
  it('comes back once', () => {
    const keeper = new Memory()
    suspend(keeper, state, path, 1000)
    expect(resume(keeper, path, 2000)).toEqual(state)
    expect(resume(keeper, path, 2000)).toBeUndefined()
  })

  it('comes back for an undo', () => {
    const keeper = new Memory()
    suspend(keeper, { dialog: 'undo', operation: 'o' }, path, 0)
    expect(resume(keeper, path, 1)).toEqual({ dialog: 'undo', operation: 'o' })
  })

  it('does not come back elsewhere, too late, or from the future', () => {
    for (const [at, where] of [[1000, '/admin/backups'], [1001 + signInTime, path], [999, path]] as const) {
      const keeper = new Memory()
      suspend(keeper, state, path, 1000)
      expect(resume(keeper, where, at)).toBeUndefined()
      expect(keeper.values.size).toBe(0)
    }
  })

  it('does not come back when it was forgotten', () => {
    const keeper = new Memory()
    suspend(keeper, state, path, 1000)
    forget(keeper)
    expect(resume(keeper, path, 1000)).toBeUndefined()
  })

  it('holds no step that restores by itself', () => {
    const keeper = new Memory()
    suspend(keeper, { ...state, step: 'run' } as unknown as Suspended, path, 0)
    expect(resume(keeper, path, 1)).toBeUndefined()
  })

  it('is nothing when what is stored is something else', () => {
    const key = 'vertex-backup.suspended'
    const values = [
      '', '{', 'null', '1', '[]', '{"version":2}', '{"version":1,"path":"/admin/backups/b","at":0,"state":null}',
      '{"version":1,"path":"/admin/backups/b","at":0,"state":{"dialog":"restore","backup":1}}',
      JSON.stringify({ version: 1, path, at: 0, state: { ...state, paths: [1] } }),
      JSON.stringify({ version: 1, path, at: 0, state: { ...state, choice: { part: 'x', safety: true, compare: true } } }),
    ]
    for (const value of values) {
      const keeper = new Memory()
      keeper.setItem(key, value)
      expect(resume(keeper, path, 1)).toBeUndefined()
    }
  })

  it('is lost without harm in a browser that keeps nothing', () => {
    const refuse = () => {
      throw new Error('refused')
    }
    const keeper: Keeper = { getItem: refuse, setItem: refuse, removeItem: refuse }
    expect(suspend(keeper, state, path, 0)).toBe(false)
    expect(resume(keeper, path, 1)).toBeUndefined()
  })
})

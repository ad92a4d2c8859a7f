import { describe, expect, it } from 'vitest'

import type { Export, Operation } from '../../api'

import { checkCommands, formatsFor, quoted, stageOf } from './export'

const now = Date.parse('2026-11-22T08:00:00Z')
const file: Export = {
  name: 'a.zip', size: 10, sha256: 'ab', expires_at: '2026-11-23T08:00:00Z', path: 'storage/a', format: 'zip', url: 'https://s3/a',
}
const operation = (status: Operation['status'], change: Partial<Export> | undefined): Operation =>
  ({ id: 'x', verb: 'export', status, ...(change && { export: { ...file, ...change } }) }) as Operation
const stage = (status: Operation['status'], change?: Partial<Export>) => stageOf(operation(status, change), now).name

describe('stageOf', () => {
  it('follows an export to its end', () => {
    expect(stage('pending')).toBe('preparing')
    expect(stage('running')).toBe('preparing')
    expect(stage('completed', {})).toBe('ready')
  })

  it('tells a file without a link from none', () => {
    const { url: _, ...linkless } = file
    expect(stageOf({ ...operation('completed', {}), export: linkless }, now).name).toBe('linkless')
    expect(stage('completed', { expires_at: '2026-11-22T07:59:59Z' })).toBe('expired')
    expect(stage('completed')).toBe('expired')
  })

  it.each(['failed', 'cancelled'] as const)('has failed when it is %s', (status) => {
    expect(stage(status)).toBe('failed')
  })
})

describe('formatsFor', () => {
  it('has the usual one first', () => {
    expect([formatsFor('all')[0], formatsFor('dir')[0], formatsFor('file')]).toEqual(['tar.zst', 'zip', []])
  })
})

describe('quoted', () => {
  it.each([
    ['plain.tar.zst', 'sh', 'plain.tar.zst'],
    ["it's $(rm -rf ~) `x`", 'sh', `'it'\\''s $(rm -rf ~) \`x\`'`],
    ["it's $(x)", 'powershell', "'it''s $(x)'"],
    ['-rf', 'sh', "'./-rf'"],
    ['', 'sh', "''"],
  ] as const)('makes one word of %j for %s', (name, shell, want) => {
    expect(quoted(name, shell)).toBe(want)
  })
})

describe('checkCommands', () => {
  it('has one for each system', () => {
    expect(checkCommands('a b.zip').map((c) => c.command)).toEqual([
      "sha256sum 'a b.zip'", "shasum -a 256 'a b.zip'", "Get-FileHash -LiteralPath 'a b.zip'",
    ])
  })
})

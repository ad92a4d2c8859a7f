import { describe, expect, it } from 'vitest'

import type { AuditEntry } from '../../api'

import { auditCSV, csv, isFormula, tabbed } from './csv'

describe('csv', () => {
  it('quotes what needs it, ends lines as Windows does and begins with a mark', () => {
    expect(csv([['a', 'b "c"', 'd,e'], ['f\ng', '', ' h']])).toBe('\uFEFFa,"b ""c""","d,e"\r\n"f\ng",," h"\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '＝1', '\u200b=1'])(
    'disarms %j',
    (text) => {
      expect(isFormula(text)).toBe(true)
      expect(csv([[text]])).toMatch(/^\uFEFF"'/)
    },
  )

  it.each(['a=1', '2026-11-22T02:00:00Z', 'admin@example.com', '', '<script>', 'Ёлка'])('leaves %j as it is', (text) => {
    expect(csv([[text]])).toBe(`\uFEFF${text}\r\n`)
  })
})

describe('auditCSV', () => {
  it('has a line of names and one for each entry', () => {
    const entry: AuditEntry = {
      time: '2026-11-22T02:00:00Z', actor: '=cmd()', role: 'backup-admins', address: '127.0.0.1', action: 'restore',
      subject: '', outcome: 'refused', status: 409, detail: '', arguments: { dry_run: 'true' },
    }
    expect(auditCSV([entry]).split('\r\n')).toEqual([
      '\uFEFFtime,actor,role,address,action,subject,outcome,status,detail,arguments',
      `2026-11-22T02:00:00Z,"'=cmd()",backup-admins,127.0.0.1,restore,,refused,409,,"{""dry_run"":""true""}"`,
      '',
    ])
  })
})

describe('tabbed', () => {
  it('keeps each row a line', () => {
    expect(tabbed([['a\nb', 'c\td'], ['e', 'f']])).toBe('a b\tc d\ne\tf')
  })
})

import { describe, expect, it } from 'vitest'

import type { LogLine } from '../../api'

import { emptyLog, logText, wanted, withAnswer } from './lines'

const line = (seq: number, change: Partial<LogLine> = {}): LogLine => ({
  seq, time: '2026-11-22T02:00:00Z', level: 'info', code: 'phase', text: `Line ${seq}.`, args: {}, ...change,
})
const answer = (lines: LogLine[], next: number, finished = false) => ({ success: true, lines, next, finished })

describe('withAnswer', () => {
  it('adds lines and remembers where to go on', () => {
    const log = withAnswer(withAnswer(emptyLog, answer([line(1), line(2)], 2)), answer([line(3)], 3, true))
    expect(log.lines.map((l) => l.seq)).toEqual([1, 2, 3])
    expect(log).toMatchObject({ next: 3, finished: true })
  })

  it('takes no line twice', () => {
    const log = withAnswer(withAnswer(emptyLog, answer([line(1), line(2)], 2)), answer([line(2), line(3)], 3))
    expect(log.lines.map((l) => l.seq)).toEqual([1, 2, 3])
  })

  it('is the very same when there is nothing new', () => {
    const log = withAnswer(emptyLog, answer([line(1)], 1))
    expect(withAnswer(log, answer([], 1))).toBe(log)
  })
})

describe('wanted', () => {
  const bad = line(1, { level: 'warn', text: 'A file is missing.' })
  it.each([
    ['info', '', true],
    ['warn', '', true],
    ['error', '', false],
    ['info', 'ФАЙЛА', true],
    ['info', ' missing ', true],
    ['info', 'other', false],
  ] as const)('from %s with %j: %s', (least, text, want) => {
    expect(wanted(bad, 'Файла нет.', least, text)).toBe(want)
  })
})

describe('logText', () => {
  it('has a line for each line, whatever is in it', () => {
    expect(logText([{ line: line(1), shown: 'a\nb\u0000c' }])).toBe('2026-11-22T02:00:00Z INFO  a b c\n')
  })
})

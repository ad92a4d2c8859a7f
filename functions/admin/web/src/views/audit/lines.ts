import type { LogAnswer, LogLine } from '../../api'

/** The lines of a log that are known, and how to ask for more. */
export interface Log {
  lines: readonly LogLine[]
  next: number
  finished: boolean
}

export const emptyLog: Log = { lines: [], next: 0, finished: false }

/** Returns the log with what an answer adds; a line that is known is not added again. */
export function withAnswer(log: Log, answer: LogAnswer): Log {
  const last = log.lines.at(-1)?.seq ?? -Infinity
  const news = answer.lines.filter((line) => line.seq > last)
  const next = Math.max(log.next, answer.next)
  if (news.length === 0 && next === log.next && answer.finished === log.finished) return log
  return { lines: news.length === 0 ? log.lines : [...log.lines, ...news], next, finished: answer.finished }
}

/** Which lines are wanted: all, or those from a level on. */
export const levels = ['info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

/** Reports whether a line is of that level or worse and has the text, in any case. */
export function wanted(line: LogLine, shown: string, least: Level, text: string): boolean {
  if (levels.indexOf(line.level) < levels.indexOf(least)) return false
  const part = text.trim().toLowerCase()
  return part === '' || shown.toLowerCase().includes(part) || line.text.toLowerCase().includes(part)
}

/** Returns lines as a text file. */
export function logText(lines: readonly { line: LogLine; shown: string }[]): string {
  return lines.map(({ line, shown }) => `${line.time} ${line.level.toUpperCase().padEnd(5)} ${oneLine(shown)}\n`).join('')
}

function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}

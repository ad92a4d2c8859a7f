import type { AuditEntry } from '../../api'

/**
 * Returns rows as CSV by RFC 4180, with a byte order mark, without which Excel
 * misreads what is not English. What a spreadsheet would take for a formula
 * gets an apostrophe in front: names and notes come from anybody.
 */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

function cell(text: string): string {
  const safe = isFormula(text) ? `'${text}` : text
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Reports whether a spreadsheet may take a text for a formula, also after blanks and in full width. */
export function isFormula(text: string): boolean {
  return /^[\s\u0000-\u001f\u200b-\u200f\ufeff]*[=+\-@＝＋－＠]/.test(text) || /^[\t\r\n]/.test(text)
}

const columns = ['time', 'actor', 'role', 'address', 'action', 'subject', 'outcome', 'status', 'detail', 'arguments'] as const

/** Returns lines of the audit log as CSV. */
export function auditCSV(entries: readonly AuditEntry[]): string {
  return csv([columns, ...entries.map((entry) => columns.map((column) => value(entry[column])))])
}

function value(field: AuditEntry[keyof AuditEntry]): string {
  if (field === undefined) return ''
  return typeof field === 'object' ? JSON.stringify(field) : String(field)
}

/** Returns lines as text to paste somewhere: a line each, tabs between. */
export function tabbed(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map((text) => text.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
}

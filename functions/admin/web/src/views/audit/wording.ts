import type { LogLine } from '../../api'
import { serverText } from '../../i18n/server'

/** Returns a line of a log in the page's language. */
export function lineText(line: LogLine): string {
  return serverText(line.text)
}

/** The log of a backup or an operation, live while it runs. */
export function LogPanel(_props: { record: 'backup' | 'operation'; id: string; active: boolean }) {
  return null
}

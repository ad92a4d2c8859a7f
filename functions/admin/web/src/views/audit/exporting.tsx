import { useState } from 'preact/hooks'

import { ApiError } from '../../api'
import { t } from '../../i18n'
import { Button, explain, Menu, saveFile, say, stamp } from '../../ui'

import { auditCSV } from './csv'
import { readAll } from './trail'

/** Saves all lines that match as a file. */
export function ExportMenu({ q }: { q: string }) {
  const [count, setCount] = useState<number | undefined>(undefined)
  const save = async (format: 'csv' | 'json') => {
    setCount(0)
    try {
      const { entries, complete } = await readAll(q, setCount)
      const name = `vertex-ar-audit-${stamp()}.${format}`
      if (format === 'csv') saveFile(name, 'text/csv;charset=utf-8', auditCSV(entries))
      else saveFile(name, 'application/json', `${JSON.stringify(entries, null, 2)}\n`)
      const told = { count: entries.length, name }
      say(t(complete ? 'audit.exported' : 'audit.exportedFirst', told), complete ? 'good' : 'warn')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      say(t('audit.exportFailed', { why: explain(error) }), 'bad')
    } finally {
      setCount(undefined)
    }
  }
  if (count !== undefined) {
    return (
      <Button small busy>
        {t('audit.exporting', { count })}
      </Button>
    )
  }
  return (
    <Menu
      small kind="plain" icon="download" label={t('audit.export')}
      items={[
        { text: t('audit.exportCSV'), icon: 'file', onClick: () => void save('csv') },
        { text: t('audit.exportJSON'), icon: 'file', onClick: () => void save('json') },
      ]}
    >
      {t('audit.export')}
    </Menu>
  )
}

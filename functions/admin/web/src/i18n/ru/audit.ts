import type { audit as english } from '../en/audit'
import type { Message } from '../index'

export const audit: Record<keyof typeof english, Message> = {
  'audit.title': 'Журнал',
}

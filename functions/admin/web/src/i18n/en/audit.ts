import type { Message } from '../index'

export const audit = {
  'audit.title': 'Audit log',
} satisfies Record<string, Message>

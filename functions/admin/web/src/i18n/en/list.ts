import type { Message } from '../index'

export const list = {
  'list.title': 'Backups',
} satisfies Record<string, Message>

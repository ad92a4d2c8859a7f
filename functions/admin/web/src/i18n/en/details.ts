import type { Message } from '../index'

export const details = {
  'details.title': 'Backup',
} satisfies Record<string, Message>

import type { Message } from '../index'

export const restore = {
  'restore.title': 'Restore',
} satisfies Record<string, Message>

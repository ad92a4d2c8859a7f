import type { Message } from '../index'

export const overview = {
  'overview.title': 'At a glance',
} satisfies Record<string, Message>

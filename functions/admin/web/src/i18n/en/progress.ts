import type { Message } from '../index'

export const progress = {
  'progress.title': 'Progress',
} satisfies Record<string, Message>

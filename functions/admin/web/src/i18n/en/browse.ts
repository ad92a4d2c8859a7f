import type { Message } from '../index'

export const browse = {
  'browse.title': 'Files',
} satisfies Record<string, Message>

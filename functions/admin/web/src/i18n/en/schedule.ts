import type { Message } from '../index'

export const schedule = {
  'schedule.title': 'Schedule',
} satisfies Record<string, Message>

import type { schedule as english } from '../en/schedule'
import type { Message } from '../index'

export const schedule: Record<keyof typeof english, Message> = {
  'schedule.title': 'Расписание',
}

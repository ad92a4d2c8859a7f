import type { progress as english } from '../en/progress'
import type { Message } from '../index'

export const progress: Record<keyof typeof english, Message> = {
  'progress.title': 'Выполняется',
}

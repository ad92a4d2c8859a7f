import type { restore as english } from '../en/restore'
import type { Message } from '../index'

export const restore: Record<keyof typeof english, Message> = {
  'restore.title': 'Восстановление',
}

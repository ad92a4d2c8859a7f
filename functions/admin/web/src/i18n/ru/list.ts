import type { list as english } from '../en/list'
import type { Message } from '../index'

export const list: Record<keyof typeof english, Message> = {
  'list.title': 'Резервные копии',
}

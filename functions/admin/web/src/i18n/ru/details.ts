import type { details as english } from '../en/details'
import type { Message } from '../index'

export const details: Record<keyof typeof english, Message> = {
  'details.title': 'Резервная копия',
}

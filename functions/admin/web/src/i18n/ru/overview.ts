import type { overview as english } from '../en/overview'
import type { Message } from '../index'

export const overview: Record<keyof typeof english, Message> = {
  'overview.title': 'Главное',
}

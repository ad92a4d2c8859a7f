import type { browse as english } from '../en/browse'
import type { Message } from '../index'

export const browse: Record<keyof typeof english, Message> = {
  'browse.title': 'Файлы',
}

import type { details as english } from '../en/details'
import type { Message } from '../index'

export const details: Record<keyof typeof english, Message> = {
  'details.title': 'Резервная копия',
  'details.facts': 'Сведения',
  'details.content': 'Содержит',
  'details.notWhole': 'не целиком',
  'details.absent': 'отсутствует',
  'details.size': 'Размер после восстановления',
  'details.added': 'Добавлено в хранилище',
  'details.never': 'Никогда',
  'details.expires': 'Хранится до',
  'details.checksum': 'SHA-256 списка файлов',
  'details.pinned': 'Закреплена',
  'details.related': 'Что с ней делали',
  'details.noNote': 'Заметки нет',
  'details.editNote': 'Изменить заметку',

  'details.damaged': 'Эта копия повреждена',
  'details.damagedText': 'То, что названо здесь, из неё не восстановить; всё остальное можно. Создайте новую копию: всё, что ещё есть в исходных данных, будет сохранено заново. Затем проверьте ещё раз.',
  'details.damagedUnnamed': 'Проверьте её, чтобы узнать, какие файлы затронуты.',
  'details.todo.failed': 'Восстанавливать из неё нечего. Устраните причину и создайте новую.',
  'details.todo.partial': 'То, что в ней есть, можно восстановить. Устраните причину и создайте новую.',
  'details.again': 'Создать новую копию…',
  'details.cancelled': 'Создание отменено; в ней ничего нет.',
  'details.unverified': 'Эта копия ещё не проверена',
  'details.unverifiedText': 'Проверка читает сохранённое и сверяет с контрольными суммами.',
}

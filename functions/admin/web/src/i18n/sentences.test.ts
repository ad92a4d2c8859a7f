import { describe, expect, test } from 'vitest'

import { translator } from './sentences'
import dictionary from './server.ru.json'

const russian = translator(dictionary, 'ru')

const odd = ['$&', '$1 \\', '[({.*+?^|', '😀🏿', 'a\nb', '\u202eabc\u202c', '<script>alert(1)</script>', 'й'.repeat(2000), '{0} {1!}', '%s%d', '']

/** Formats as Go does, with the same text for all texts. Only what nothing but a space follows must have none. */
function say(template: string, text: string, numbers: number[]): { said: string; args: string[] } {
  const args: string[] = []
  const said = template.replace(/%[-+# 0]*[\d.]*([a-zA-Z%])/g, (all, verb: string, at: number) => {
    const n = numbers[args.length % numbers.length]!
    const plain = template.startsWith(' %', at + all.length) ? text.replaceAll(' ', '') : text
    const arg = { d: String(n), f: n.toFixed(2), q: JSON.stringify(text) }[verb] ?? plain
    args.push(arg)
    return arg
  })
  return { said, args }
}

/** Fills a translation as its syntax promises, for whole numbers below 1000 and texts that nobody knows. */
function fill(text: string, template: string, args: string[]): string {
  const verbs = [...template.matchAll(/%[-+# 0]*[\d.]*([a-zA-Z])/g)].map((m) => m[1])
  return text.replace(/\{(\d+)(!?)((?:\|[^|{}]*)*)\}/g, (_, i: string, _nested: string, forms: string) => {
    const arg = args[Number(i)]!
    const list = forms.split('|').slice(1)
    if (list[0]?.includes('=')) return verbs[Number(i)] === 'q' ? arg.slice(1, -1) : arg
    if (list.length > 0) return list[arg === '1' ? 0 : arg === '3' ? 1 : 2]!
    return verbs[Number(i)] === 'f' ? arg.replace('.', ',') : arg
  })
}

const templates = Object.entries(dictionary)

describe('every template', () => {
  test.each(templates)('%#: its translation has all arguments and nothing that is not understood', (template, text) => {
    const { args } = say(template, 'x', [1])
    const used = new Set([...text.matchAll(/\{(\d+)(!?)((?:\|[^|{}]*)*)\}/g)].map((m) => Number(m[1])))
    expect([...used].sort()).toEqual(args.map((_, i) => i))
    for (const [, , , forms] of text.matchAll(/\{(\d+)(!?)((?:\|[^|{}]*)*)\}/g)) {
      const list = forms!.split('|').slice(1)
      if (list.length > 0 && !list[0]!.includes('=')) expect(list).toHaveLength(3)
    }
    expect(text.replace(/\{(\d+)(!?)((?:\|[^|{}]*)*)\}/g, '')).not.toMatch(/[{}]/)
    expect(text).toMatch(/[а-яё]/i)
  })

  test.each(templates)('%#: is found again with odd arguments', (template, text) => {
    for (const arg of odd) {
      const { said, args } = say(template, arg, [1, 3, 7])
      expect(russian(said)).toBe(fill(text, template, args))
    }
  })

  test.each(templates)('%#: is found after another one and after a path', (template, text) => {
    const { said, args } = say(template, 'x-1', [1, 3, 7])
    const want = fill(text, template, args)
    if (/^[A-Z]/.test(template)) expect(russian(`It can be deleted. ${said}`)).toBe(`Её можно удалить. ${want}`)
    else if (!template.startsWith('%s')) expect(russian(`storage/a: b.jpg: ${said}`)).toBe(`storage/a: b.jpg: ${want}`)
  })
})

test('what is not known stays as it is', () => {
  for (const text of [...odd, 'Something new.', 'storage/x.jpg: something new', 'The', ': ', '. . : ']) {
    expect(russian(text)).toBe(text)
  }
})

test('what is known beside the unknown is translated', () => {
  expect(russian('Something new. The run was stopped. Something else.')).toBe('Something new. Выполнение остановлено. Something else.')
})

test('sentences in sentences are translated, names are not', () => {
  expect(russian('The backup was taken, but not all of it could be read. storage/a: permission denied storage/missing: could not be read: input/output error')).toBe(
    'Резервная копия сделана, но прочитать удалось не всё. storage/a: нет прав доступа storage/missing: прочитать не удалось: ошибка ввода-вывода',
  )
  expect(russian('Another operation (20261122-081500-rotate-b7m2cd) is working on the backups. Wait until it has ended, then try again.')).toBe(
    'Другая операция (20261122-081500-rotate-b7m2cd) сейчас работает с резервными копиями. Дождитесь её окончания и повторите попытку.',
  )
  expect(russian('Backup x has no permission denied. Browse its files to find the right path.')).toBe(
    'В резервной копии x нет permission denied. Найдите нужный путь в списке её файлов.',
  )
})

test('words follow their number and numbers the language', () => {
  const said = (n: string) => russian(`The backup can be taken: ${n} files, 1234.50 MB. Nothing was stored.`)
  expect(said('1')).toBe('Резервную копию можно сделать: 1 файл, 1\u00a0234,50 МБ. Ничего не сохранено.')
  expect(said('22')).toContain('22 файла,')
  expect(said('111')).toContain('111 файлов,')
  expect(said('12345')).toContain('12\u00a0345 файлов,')
  expect(said('9007199254740993')).toContain(' 9007199254740993 ')
  expect(russian('Removed 1 backup, kept 3.')).toBe('Удалено: 1 резервная копия; осталось: 3.')
  expect(russian('Deleted 23 backups, 0.07 MB freed.')).toBe('Удалено: 23 резервные копии; освобождено 0,07 МБ.')
})

test('an argument decides between texts', () => {
  expect(russian('2 of the 7 newest storage backups')).toBe('2 из 7 новейших копий медиафайлов')
  expect(russian('Backup x holds no "database". It is a storage backup.')).toBe('В резервной копии x нет базы данных. Это копия медиафайлов.')
})

test('texts that are made to be slow are not', () => {
  const began = performance.now()
  for (const piece of [': ', '. ', 'Backup ', '1 of 1 ', 'It can be deleted. ', 'could not be read: ', '"', '\\"', 'The backup failed. x: ', 'is ', 'Backup x is encrypted. ']) {
    russian(piece.repeat(Math.ceil(16_384 / piece.length)))
  }
  expect(performance.now() - began).toBeLessThan(2000)
})

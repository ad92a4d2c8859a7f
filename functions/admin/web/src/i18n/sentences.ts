/**
 * Translates sentences that a program made of templates: which template made
 * them is found again, and its translation is filled with the same arguments.
 *
 * A dictionary maps templates of Go's package fmt to texts with placeholders,
 * numbered from 0: {0} is the argument as it is, with digits grouped if it is a number;
 * {0!} the argument translated, as it is made of templates too; {0|one|few|many} a form
 * by Intl.PluralRules; {0|key=text|key=text} a text by the argument.
 */

/** What to do with one text. */
export type Translate = (text: string) => string

type Kind = 'text' | 'quoted' | 'integer' | 'decimal'

type Part = string | { arg: number; nested: boolean; forms: string[]; choices: Map<string, string> | undefined }

/** A template: what it says before, between and after its arguments. */
interface Template {
  literals: string[]
  kinds: Kind[]
  parts: Part[]
  /** It is a word or the beginning of a sentence, which says something only alone. */
  alone: boolean
}

interface Match {
  template: Template
  args: string[]
  end: number
}

// A text of the service has a few sentences; these are bounds for hostile ones.
const maxMatches = 200
const maxDepth = 10
const maxSeparators = 40

/** Returns a function that translates texts and leaves alone what it does not know. */
export function translator(dictionary: Readonly<Record<string, string>>, locale: string): Translate {
  const index = new Index(Object.entries(dictionary).map(([template, text]) => compile(template, text)))
  const words = new Words(locale)
  return (text) => new Run(index, words).translate(text, 0)
}

/** The translation of one text. */
class Run {
  private left = maxMatches

  constructor(
    private readonly index: Index,
    private readonly words: Words,
  ) {}

  translate(text: string, depth: number): string {
    if (depth > maxDepth) return text
    let out = ''
    while (text !== '' && this.left > 0) {
      const found = this.find(text)
      if (!found) break
      this.left--
      out += text.slice(0, found.start) + this.fill(found.match, depth)
      const next = found.match.end + 1
      if (next > text.length) return out
      out += text[next - 1]
      text = text.slice(next)
    }
    return out + text
  }

  /** Finds the first sentence that is known: at the start, or after something unknown such as a path. */
  private find(text: string): { start: number; match: Match } | undefined {
    const whole = this.index.match(text, 0)
    if (whole) return { start: 0, match: whole }
    let start = 0
    for (let n = 0; n < maxSeparators; n++) {
      start = nextPart(text, start)
      if (start < 0) break
      const match = this.index.match(text, start)
      if (match) return { start, match }
    }
    const loose = this.index.loose(text)
    return loose && { start: 0, match: loose }
  }

  private fill({ template, args }: Match, depth: number): string {
    return template.parts
      .map((part) => {
        if (typeof part === 'string') return part
        const arg = args[part.arg] ?? ''
        if (part.nested) return this.translate(arg, depth + 1)
        if (part.choices) return part.choices.get(unquote(arg)) ?? unquote(arg)
        if (part.forms.length > 0) return this.words.form(arg, part.forms)
        return isNumber(template.kinds[part.arg]) ? this.words.number(arg) : arg
      })
      .join('')
  }
}

/** Returns where the part of a text after the next ": " or ". " begins, or -1. */
function nextPart(text: string, from: number): number {
  for (let at = text.indexOf(' ', from); at >= 0; at = text.indexOf(' ', at + 1)) {
    const before = text[at - 1]
    if (before === ':' || before === '.') return at + 1
  }
  return -1
}

/** Templates by how they begin, the most specific first. */
class Index {
  private readonly byStart = new Map<string, Template[]>()
  private readonly numeric: Template[] = []
  private readonly free: Template[] = [] // begin with any text

  constructor(templates: Template[]) {
    for (const template of templates.sort((a, b) => weight(b) - weight(a))) {
      const [start = ''] = template.literals
      if (start.length >= 2) {
        const key = start.slice(0, 2)
        const others = this.byStart.get(key)
        if (others) others.push(template)
        else this.byStart.set(key, [template])
      } else {
        const list = isNumber(template.kinds[0]) ? this.numeric : this.free
        list.push(template)
      }
    }
  }

  /** Finds the template of the sentence that begins at start. */
  match(text: string, start: number): Match | undefined {
    const digit = /[-0-9]/.test(text[start] ?? '')
    const known = this.byStart.get(text.slice(start, start + 2)) ?? []
    return first(known, text, start) ?? (digit ? first(this.numeric, text, start) : undefined)
  }

  /** Finds a template that begins with an argument. */
  loose(text: string): Match | undefined {
    return first(this.free, text, 0)
  }
}

function first(templates: Template[], text: string, start: number): Match | undefined {
  for (const template of templates) {
    const match = matchAt(template, text, start)
    if (match) return match
  }
  return undefined
}

function weight(template: Template): number {
  return template.literals.reduce((sum, literal) => sum + literal.length, 0)
}

/**
 * Matches a template at a position: each literal where it first comes, so that
 * this takes no longer than reading the text does. The sentence ends before a space or
 * with the text; one that ends in an argument takes the rest.
 */
function matchAt(template: Template, text: string, start: number): Match | undefined {
  const { literals, kinds } = template
  if (!text.startsWith(literals[0]!, start)) return undefined
  let at = start + literals[0]!.length
  const args: string[] = []
  for (let i = 0; i < kinds.length; i++) {
    const literal = literals[i + 1]!
    const end = argumentEnd(kinds[i]!, text, at, literal, i === kinds.length - 1)
    if (end < 0 || !text.startsWith(literal, end)) return undefined
    args.push(text.slice(at, end))
    at = end + literal.length
  }
  const ended = template.alone ? at === text.length : isEnd(text, at)
  return ended ? { template, args, end: at } : undefined
}

function argumentEnd(kind: Kind, text: string, at: number, literal: string, last: boolean): number {
  if (kind !== 'text') {
    const pattern = { quoted: /"(?:[^"\\]|\\.)*"/y, integer: /-?\d+/y, decimal: /-?\d+(?:\.\d+)?/y }[kind]
    pattern.lastIndex = at
    return pattern.test(text) ? pattern.lastIndex : -1
  }
  if (last && literal === '') return text.length
  let end = text.indexOf(literal, at)
  while (last && end >= 0 && !isEnd(text, end + literal.length)) end = text.indexOf(literal, end + 1)
  return end
}

function isEnd(text: string, at: number): boolean {
  return at === text.length || text[at] === ' ' || text[at] === '\n'
}

/** Reads a template and its translation. */
function compile(template: string, text: string): Template {
  const literals = ['']
  const kinds: Kind[] = []
  let at = 0
  for (const verb of template.matchAll(/%[-+# 0]*[\d.]*([a-zA-Z%])/g)) {
    literals[literals.length - 1] += template.slice(at, verb.index)
    at = verb.index + verb[0].length
    if (verb[1] === '%') {
      literals[literals.length - 1] += '%'
      continue
    }
    kinds.push(kindOf(verb[1]!))
    literals.push('')
  }
  literals[literals.length - 1] += template.slice(at)
  const alone = !template.includes(' ') || /^[A-Z].*[^.]$/.test(template)
  return { literals, kinds, parts: partsOf(text), alone }
}

function kindOf(verb: string): Kind {
  switch (verb) {
    case 'd':
      return 'integer'
    case 'f':
    case 'g':
      return 'decimal'
    case 'q':
      return 'quoted'
    default:
      return 'text'
  }
}

function isNumber(kind: Kind | undefined): boolean {
  return kind === 'integer' || kind === 'decimal'
}

function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const hole of text.matchAll(/\{(\d+)(!?)((?:\|[^|{}]*)*)\}/g)) {
    parts.push(text.slice(at, hole.index))
    at = hole.index + hole[0].length
    const forms = hole[3]!.split('|').slice(1)
    const choices = forms[0]?.includes('=') ? new Map(forms.map((f) => cut(f, '='))) : undefined
    parts.push({ arg: Number(hole[1]), nested: hole[2] === '!', forms, choices })
  }
  parts.push(text.slice(at))
  return parts
}

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + 1)]
}

function unquote(arg: string): string {
  return /^".*"$/s.test(arg) ? arg.slice(1, -1) : arg
}

/** Numbers as a language writes them, and the forms of words beside them. */
class Words {
  private readonly plurals: Intl.PluralRules

  constructor(private readonly locale: string) {
    this.plurals = new Intl.PluralRules(locale)
  }

  number(arg: string): string {
    const n = Number(arg)
    if (Math.abs(n) > Number.MAX_SAFE_INTEGER) return arg
    const digits = cut(`${arg}.`, '.')[1].length - 1
    const decimals = Math.max(digits, 0)
    return n.toLocaleString(this.locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  }

  /** Picks of one, few and many; what is no whole number goes with few. */
  form(arg: string, forms: string[]): string {
    const place = { one: 0, few: 1, many: 2 }[this.plurals.select(Number(arg)) as string] ?? 1
    return forms[place] ?? forms[forms.length - 1] ?? ''
  }
}

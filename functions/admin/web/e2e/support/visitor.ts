import { chromium, type APIResponse, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

import { language as pageLanguage, t, type Key, type Language, type Params } from '../../src/i18n'

import { chromiumPath } from './places'
import type { Account, Stack } from './stack'

let browser: Promise<Browser> | undefined

/** The one browser of a file. It knows nothing of other machines. */
export function theBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: chromiumPath,
    ignoreDefaultArgs: ['--hide-scrollbars'],
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  })
  return browser
}

/** All visitors whose problems fail the test that runs. */
export const visitors = new Set<Visitor>()

export interface VisitorOptions {
  /** Who signs in first of all. */
  as?: Account
  language?: Language
  viewport?: { width: number; height: number }
}

/**
 * Somebody with a browser of their own. What goes wrong in it (an error in the
 * console, one that nobody caught, a violation of the Content-Security-Policy,
 * a request to somewhere else) fails the test, unless it said that it expects it.
 */
export class Visitor {
  private expected: RegExp[] = []
  private problems: string[] = []

  private constructor(
    readonly stack: Stack,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly language: Language,
  ) {}

  /** Opens a browser and signs in. It is closed after the test, or the file if no test runs. */
  static async open(stack: Stack, options: VisitorOptions = {}): Promise<Visitor> {
    const language = options.language ?? 'en'
    const context = await (await theBrowser()).newContext({
      baseURL: stack.origin, locale: language === 'ru' ? 'ru-RU' : 'en-GB', timezoneId: 'Europe/Moscow',
      viewport: options.viewport ?? { width: 1440, height: 900 }, reducedMotion: 'reduce', acceptDownloads: true,
    })
    context.setDefaultTimeout(15_000)
    // Playwright's own styles for screenshots are no business of the page's policy.
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => {
        console.error(`CSP violation: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`)
      })
    })
    const visitor = new Visitor(stack, context, await context.newPage(), language)
    visitor.watch(visitor.page)
    visitors.add(visitor)
    try {
      onTestFinished(() => visitor.leave())
    } catch {
      // No test runs yet: the visitor stays for all of them.
    }
    if (options.as) await visitor.signIn(options.as)
    return visitor
  }

  /** Closes the browser. */
  async leave(): Promise<void> {
    visitors.delete(this)
    await this.context.close()
  }

  private watch(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error') this.problem(`console: ${message.text()} ${message.location().url}`)
    })
    page.on('pageerror', (error) => this.problem(`error: ${error.stack ?? error.message}`))
    page.on('crash', () => this.problem('the page crashed'))
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol.startsWith('http') && url.origin !== this.stack.origin) this.problem(`request to ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 500) this.problem(`${response.status()} of ${response.request().method()} ${response.url()}`)
    })
  }

  private problem(text: string): void {
    if (!this.expected.some((pattern) => pattern.test(text))) this.problems.push(text)
  }

  /** Says that problems of this kind belong to the test. */
  expect(...patterns: RegExp[]): void {
    this.expected.push(...patterns)
  }

  /** Returns the problems since the last time, and expects none any more. */
  takeProblems(): string[] {
    const found = this.problems
    this.problems = []
    this.expected = []
    return found
  }

  /** Returns a text of the page in the visitor's language. */
  t(key: Key, params: Params = {}): string {
    pageLanguage.value = this.language
    return t(key, params)
  }

  /** Opens an address of the page as a link from outside does. */
  async goto(path = '/admin/backups'): Promise<void> {
    await this.page.goto(path)
  }

  /** Signs in through the form of the issuer and comes back to path. */
  async signIn(account: Account, options: { path?: string; fresh?: boolean } = {}): Promise<void> {
    const path = options.path ?? '/admin/backups'
    const query = new URLSearchParams({ return_to: path, ...(options.fresh && { max_age: '0' }) })
    await this.page.goto(`/auth/login?${query.toString()}`)
    await this.fillSignIn(account)
    await this.page.waitForURL(this.stack.origin + path)
  }

  /** Fills the form of the issuer, which the browser shows. */
  async fillSignIn(account: Account): Promise<void> {
    await this.page.waitForURL(/\/issuer\/login/)
    await this.page.locator('#username').fill(`${account}@vertex-ar.local`)
    await this.page.locator('#password').fill(this.stack.password(account))
    await this.page.locator('button[type=submit]').click()
  }

  /** Asks the API as this visitor, without the page. */
  async api(method: string, path: string, body?: unknown): Promise<APIResponse> {
    return this.context.request.fetch(path, {
      method, headers: { Origin: this.stack.origin }, ...(body !== undefined && { data: body }),
    })
  }

  /** The same, and reads the answer, which must be a good one. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.api(method, path, body)
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  // What is found by its role and name, as people and screen readers find it.

  button(key: Key, params?: Params): Locator {
    return this.page.getByRole('button', { name: this.t(key, params), exact: true })
  }

  link(key: Key, params?: Params): Locator {
    return this.page.getByRole('link', { name: this.t(key, params), exact: true })
  }

  heading(key: Key, params?: Params): Locator {
    return this.page.getByRole('heading', { name: this.t(key, params) })
  }

  text(key: Key, params?: Params): Locator {
    return this.page.getByText(this.t(key, params))
  }

  /** The rows of the list of backups, and that of one. */
  get rows(): Locator {
    return this.page.locator('[role=row][data-id]')
  }

  row(backup: string): Locator {
    return this.page.locator(`[role=row][data-id="${backup}"]`)
  }

  /** What is under way, above the list. */
  get underWay(): Locator {
    return this.page.getByRole('region', { name: this.t('list.underWay') })
  }

  /** Chooses from the menu of a row. */
  async menu(row: Locator, item: Key): Promise<void> {
    await row.locator('button[aria-haspopup=menu]').click()
    await this.page.getByRole('menuitem', { name: this.t(item), exact: true }).click()
  }

  /** A button of the dialog that is open. */
  inDialog(key: Key, params?: Params): Locator {
    return this.dialog.getByRole('button', { name: this.t(key, params), exact: true })
  }

  /** The dialog that is open. */
  get dialog(): Locator {
    return this.page.locator('dialog[open]')
  }
}

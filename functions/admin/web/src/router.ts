import { computed, signal } from '@preact/signals'

/** Where the page lives. */
export const base = '/admin/backups'

/** A view with what its address says. */
export type Route =
  | { name: 'list' }
  | { name: 'details'; id: string }
  | { name: 'files'; id: string }
  | { name: 'operation'; id: string }
  | { name: 'schedule' }
  | { name: 'audit' }
  | { name: 'unknown' }

/** Reads an address. Ids never need escaping; what does is unknown. */
export function parse(path: string): Route {
  if (path !== base && !path.startsWith(`${base}/`)) return { name: 'unknown' }
  const parts = path.slice(base.length).split('/').filter((p) => p !== '')
  const [first, second] = parts
  if (!parts.every((p) => /^[A-Za-z0-9-]{1,64}$/.test(p))) return { name: 'unknown' }
  if (first === undefined) return { name: 'list' }
  if (first === 'operations') {
    return parts.length === 2 && second !== undefined ? { name: 'operation', id: second } : { name: 'unknown' }
  }
  if (parts.length === 1) return first === 'schedule' || first === 'audit' ? { name: first } : { name: 'details', id: first }
  return parts.length === 2 && second === 'files' ? { name: 'files', id: first } : { name: 'unknown' }
}

/** Returns the address of a view. */
export function href(route: Exclude<Route, { name: 'unknown' }>): string {
  switch (route.name) {
    case 'list':
      return base
    case 'details':
      return `${base}/${route.id}`
    case 'files':
      return `${base}/${route.id}/files`
    case 'operation':
      return `${base}/operations/${route.id}`
    case 'schedule':
    case 'audit':
      return `${base}/${route.name}`
  }
}

/** Path and query of the address. */
export const address = signal({ path: '', search: '' })

/** The view that is shown. */
export const route = computed(() => parse(address.value.path))

/** What the query of the address says. */
export const query = computed(() => new URLSearchParams(address.value.search))

/** Goes to an address of this page. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const url = new URL(to, location.href)
  if (url.href === location.href) return
  history[options.replace ? 'replaceState' : 'pushState'](null, '', url)
  readAddress()
}

/** Changes the query of the address; an empty value takes a name away. */
export function setQuery(changes: Record<string, string>): void {
  const params = new URLSearchParams(address.peek().search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') params.delete(name)
    else params.set(name, value)
  }
  const text = params.toString()
  navigate(address.peek().path + (text === '' ? '' : `?${text}`), { replace: true })
}

/** Follows the address, back and forth, and clicks on links to our own views. */
export function startRouter(): void {
  readAddress()
  addEventListener('popstate', readAddress)
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest('a')
    if (!link || !ours(event, link)) return
    event.preventDefault()
    navigate(link.href)
    scrollTo(0, 0)
  })
}

function readAddress(): void {
  address.value = { path: location.pathname, search: location.search }
}

/** ours tells a plain click on a link to a view of this page. */
function ours(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const plain = event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  return (
    plain &&
    link.origin === location.origin &&
    !link.hasAttribute('download') &&
    (link.target === '' || link.target === '_self') &&
    parse(link.pathname).name !== 'unknown' &&
    link.hash === ''
  )
}

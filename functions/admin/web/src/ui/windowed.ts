import { useLayoutEffect, useState } from 'preact/hooks'

import { useMedia } from './media'
import { windowOf, type Window } from './window'

/** The height of a row in pixels, of one that is wide rem high, or narrow rem where the media query holds. */
export function useRowHeight(query: string, wide: number, narrow: number): number {
  const holds = useMedia(query)
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
  return Math.round((holds ? narrow : wide) * rem)
}

/** Follows what is in sight. */
export function useWindow(body: { current: HTMLElement | null }, count: number, height: number): Window {
  const [window, setWindow] = useState<Window>({ start: 0, end: Math.min(count, 30) })
  useLayoutEffect(() => {
    let frame = 0
    const look = () => {
      frame = 0
      const now = windowOf(count, height, body.current?.getBoundingClientRect().top ?? 0, innerHeight)
      setWindow((before) => (before.start === now.start && before.end === now.end ? before : now))
    }
    const soon = () => {
      frame ||= requestAnimationFrame(look)
    }
    look()
    addEventListener('scroll', soon, { passive: true })
    addEventListener('resize', soon)
    const observer = new ResizeObserver(soon)
    observer.observe(document.body)
    return () => {
      cancelAnimationFrame(frame)
      removeEventListener('scroll', soon)
      removeEventListener('resize', soon)
      observer.disconnect()
    }
  }, [count, height])
  return { start: Math.min(window.start, count), end: Math.min(window.end, count) }
}

/** The row that an event comes from: rows carry data-index. */
export function indexAt(target: EventTarget | null): number | undefined {
  const index = (target as Element | null)?.closest<HTMLElement>('[data-index]')?.dataset['index']
  return index === undefined ? undefined : Number(index)
}

/** Lets the up and down arrows go from row to row, in the same column: to its box or its link (data-row-link). */
export function onArrow(event: KeyboardEvent, body: HTMLElement | null, count: number, height: number): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const target = event.target as Element
  const from = indexAt(target)
  if (step === undefined || from === undefined || event.defaultPrevented || target.closest('.menu')) return
  event.preventDefault()
  const to = Math.max(0, Math.min(count - 1, from + step))
  const selector = target.matches('input') ? 'input' : '[data-row-link]'
  const go = () => {
    const goal = body?.querySelector<HTMLElement>(`[data-index="${to}"] ${selector}`)
    goal?.focus()
    return goal !== undefined && goal !== null
  }
  if (go()) return
  scrollBy(0, step * height)
  requestAnimationFrame(() => requestAnimationFrame(go))
}

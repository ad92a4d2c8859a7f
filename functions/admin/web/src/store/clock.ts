import { signal } from '@preact/signals'

/** The time in milliseconds, moved on every second while the page is visible. */
export const second = signal(Date.now())

/** The same, moved on every ten seconds: enough for "5 minutes ago". */
export const moment = signal(Date.now())

/** Starts the clocks. */
export function startClocks(): void {
  const tick = () => {
    if (document.hidden) return
    second.value = Date.now()
    if (second.value - moment.value >= 10_000) moment.value = second.value
  }
  setInterval(tick, 1000)
  document.addEventListener('visibilitychange', tick)
}

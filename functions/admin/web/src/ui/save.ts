/** Lets the browser save text as a file. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has its own hold of the content once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Returns a time as a part of a file's name: 20261122-020000. */
export function stamp(now: Date = new Date()): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}

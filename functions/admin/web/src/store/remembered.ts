const prefix = 'vertex-backup.'

/** Returns what the browser remembers under a name. It may refuse to remember. */
export function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined
  } catch {
    return undefined
  }
}

/** Lets the browser remember a value; undefined forgets it. */
export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, value)
  } catch {
    // Private windows refuse; the choice holds until the page is closed.
  }
}

/** Returns a name for a label: not too long to be listened to. */
export function shortName(name: string, most = 80): string {
  const characters = Array.from(name)
  return characters.length <= most ? name : `${characters.slice(0, most - 1).join('')}…`
}

/** Reports whether a file may be a picture that the server shows; its content decides. */
export function mayBePicture(entry: { type: string; path: string; size: number }): boolean {
  return entry.type === 'file' && entry.size > 0 && entry.size <= 4 << 20 && /\.(png|jpe?g|gif|webp)$/i.test(entry.path)
}

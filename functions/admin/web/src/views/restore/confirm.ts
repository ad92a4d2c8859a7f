/** Whether what was typed is the word that confirms; case and spaces around it do not count. */
export function confirms(typed: string, word: string): boolean {
  return normal(typed) === normal(word)
}

function normal(text: string): string {
  return text.normalize('NFC').trim().toLocaleUpperCase()
}

/**
 * Returns a sentence of the server in the page's language, or as it is when it
 * is not known.
 */
export function serverText(sentence: string): string {
  return sentence
}

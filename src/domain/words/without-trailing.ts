/** A text without the `character`s at its end, found from there: `/0+$/` would be tried at every zero of the text. */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === character) end -= 1
  return text.slice(0, end)
}

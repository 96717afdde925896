/** Text of so many characters at most; what was longer says so. */
export function cutText(text: string, most: number): string {
  const characters = text.length <= most ? null : [...text.slice(0, 2 * most)]
  if (characters === null || characters.length <= most) return text
  return `${characters.slice(0, most - 1).join('')}…`
}

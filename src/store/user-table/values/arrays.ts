/** PostgreSQL's text form of an array: every element in quotes, so that no comma, brace or "NULL" is taken amiss. */
export function arrayLiteral(elements: readonly (string | null)[]): string {
  return `{${elements.map((element) => (element === null ? 'NULL' : quotedElement(element))).join(',')}}`
}

function quotedElement(element: string): string {
  return `"${element.replace(/["\\]/g, '\\$&')}"`
}

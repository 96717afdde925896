type Pairs = Readonly<Record<string, string | number | boolean | null | undefined>>

/** The parts of a request that make its body: at most one of them. */
interface Bodied {
  readonly json?: unknown
  readonly form?: Pairs
  readonly body?: string
}

/** The body of a request as it travels, and the type of it unless a header names another; null: it has none. */
export function bodyOf({ json, form, body }: Bodied): { readonly text: string; readonly type: string | null } | null {
  if (json !== undefined) return { text: JSON.stringify(json) ?? '', type: 'application/json' }
  if (form !== undefined) return { text: encodedPairs(form), type: 'application/x-www-form-urlencoded' }
  return body === undefined ? null : { text: body, type: null }
}

/** Names and values in the encoding of forms and queries; what is undefined or null is left out. */
export function encodedPairs(pairs: Pairs): string {
  const encoded = new URLSearchParams()
  for (const [name, value] of Object.entries(pairs)) {
    if (value !== undefined && value !== null) encoded.append(name, String(value))
  }
  return encoded.toString()
}

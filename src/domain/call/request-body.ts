type Pairs = Readonly<Record<string, string | number | boolean | null | undefined>>

/** The parts of a request that make its body: at most one of them. */
interface Bodied {
  readonly json?: unknown
  readonly form?: Pairs
  readonly body?: string
}

/** A body as it travels, and its type unless a header names another. */
export interface SerializedBody {
  readonly text: string
  readonly type: string | null
}

/**
 * The body of a request as it travels; null: it has none.
 *
 * @throws TypeError where it cannot be JSON: a bigint, a circle
 */
export function bodyOf({ json, form, body }: Bodied): SerializedBody | null {
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

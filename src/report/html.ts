import { raw, html as tagged } from 'hono/html'

/** Markup in which all text is escaped; only `html` and `ours` make it. */
export type Html = ReturnType<typeof tagged> & { readonly isEscaped: true }

/** Text is escaped, markup is not, lists are joined, and null is nothing. */
export type Part = string | number | null | Html | readonly Part[]

export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  // Hono returns a promise only if one of the values is a promise.
  return tagged(strings, ...values) as Html
}

/** Text of our own that is markup or a style; it is not escaped. */
export function ours(text: string): Html {
  return raw(text) as unknown as Html
}

import { raw, html as tagged } from 'hono/html'

/** Markup in which all that came from outside is escaped; only `html` makes it. */
export type Html = ReturnType<typeof tagged> & { readonly isEscaped: true }

/** What markup is made of: text is escaped, markup is not, lists are strung together, and null is nothing. */
export type Part = string | number | null | Html | readonly Part[]

export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  // Nothing here is a promise: the markup is there at once.
  return tagged(strings, ...values) as Html
}

/** Text of our own that is markup, or a style, already. */
export function ours(text: string): Html {
  return raw(text) as unknown as Html
}

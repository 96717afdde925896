import type * as z from 'zod'
import { HIDDEN } from './describe-value.ts'
import { leaf } from './leaf.ts'

/** Where every path of the vendor's begins; without the slash at its end. */
export function baseUrl(): z.ZodType<string> {
  return leaf("an absolute http(s) URL without query, such as 'https://api.acme.example'", (value, refuse) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return refuse()
    const url = new URL(value)
    if (url.username !== '' || url.password !== '') {
      return refuse({ found: HIDDEN, hint: 'Credentials belong into `vendor.auth`.' })
    }
    if (url.search !== '')
      return refuse({
        found: HIDDEN,
        hint: "A key in the query belongs into `vendor.auth`, as { type: 'query', name, value }.",
      })
    if (!/^https?:$/.test(url.protocol) || url.hash !== '') return refuse()
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  })
}

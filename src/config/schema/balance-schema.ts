import * as z from 'zod'
import type { BalanceOptions } from '../options/credits-options.ts'
import type { VendorRequest } from '../options/vendor-types.ts'
import { auth, checkHeaders } from './auth.ts'
import { callback, oneOf, pathText, positiveNumber, statuses, text } from './rules.ts'
import { isPlainObject, only, section, together } from './values/leaf.ts'
import { baseUrl, headers } from './values/secret-text.ts'

const BODIES = ['json', 'form', 'body'] as const

/** How the balance is asked for. */
export function balanceSchema() {
  const parts = section({
    path: pathText().optional(),
    request: requestSchema().optional(),
    baseUrl: baseUrl().optional(),
    headers: headers().optional(),
    auth: auth().optional(),
    statuses: statuses().default([]),
    remaining: callback<BalanceOptions['remaining']>('(body, reply) => the balance'),
    asOf: callback<BalanceOptions['asOf']>('(body, reply) => the instant of the balance').optional(),
    purchased: callback<BalanceOptions['purchased']>('(body, reply) => the credits bought beside the plan').optional(),
    perMinute: positiveNumber().optional(),
  })
  return together(parts, ({ path, request, baseUrl, headers = {}, auth, ...rest }, refuse) => {
    if ((path === undefined) === (request === undefined)) {
      const found = path === undefined ? 'neither' : 'both'
      return refuse({ path: ['path'], found, allowed: 'one of `path` (asked with GET) and `request`' })
    }
    checkHeaders({ headers, auth }, refuse)
    const asked: VendorRequest = request ?? { method: 'GET', path: path as string }
    const hasOwnTerms = baseUrl !== undefined || auth !== undefined || Object.keys(headers).length > 0
    return { ...rest, request: asked, baseUrl, headers, auth, hasOwnTerms }
  })
}

/** A request that is the same each time. */
function requestSchema() {
  const pairs = only('an object: a name to its value', isPlainObject) as z.ZodType<VendorRequest['form']>
  const parts = section({
    method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE').default('GET'),
    path: pathText(),
    query: pairs.optional(),
    headers: headers().optional(),
    json: z.unknown().optional(),
    form: pairs.optional(),
    body: text('text').optional(),
  })
  return together(parts, (request, refuse): VendorRequest => {
    const given = BODIES.filter((name) => request[name] !== undefined)
    if (given.length <= 1) return request as VendorRequest
    return refuse({ path: [given[1] as string], found: given.join(' and '), allowed: 'one of them' })
  })
}

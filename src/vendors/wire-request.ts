import { bodyOf, encodedPairs } from '../domain/call/request-body.ts'
import type { VendorRequest } from '../refresh/ports/vendor.ts'
import { type Authentication, carriedFor } from './authentication.ts'

/** A request as it goes to the vendor, secrets included. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  /** By names in small letters, without those that say only how it travels. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON as it is; the text of any other body; null: it has none. */
  readonly body: unknown
}

/** What a client adds to the config's requests. */
export interface WireTerms {
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly auth: Authentication | null
  readonly idempotencyHeader: string | null
}

/** What every request says of its sender, unless the config says otherwise. */
export const OWN_HEADERS = { 'user-agent': 'spenddown', accept: 'application/json' } as const

/** `carried`: encoded, and added to the query; empty where there is nothing to add. */
export function urlOf(baseUrl: string, { url: whole, path, query }: VendorRequest, carried: string): string {
  const own = query === undefined ? '' : encodedPairs(query)
  const url = whole ?? baseUrl.replace(/\/+$/, '') + path + (own === '' ? '' : `?${own}`)
  return carried === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${carried}`
}

/** Whether it goes to another host than the vendor's: one that must see none of its credentials. */
export function isElsewhere(baseUrl: string, { url }: VendorRequest): boolean {
  return url !== undefined && new URL(url).origin !== new URL(baseUrl).origin
}

/** The request that a client of these terms sends. It asks for no access token: `token` stands in its place. */
export function wireRequest(
  { baseUrl, headers, auth, idempotencyHeader }: WireTerms,
  request: VendorRequest,
  { idempotencyKey, token }: { readonly idempotencyKey: string; readonly token: string },
): WireRequest {
  const carried = auth === null ? { headers: {}, query: {} } : carriedFor(auth)
  const sent = bodyOf(request)
  const all = {
    ...OWN_HEADERS,
    ...(sent === null || sent.type === null ? {} : { 'content-type': sent.type }),
    ...lowerCased(headers),
    ...lowerCased(carried.headers),
    ...lowerCased(request.headers ?? {}),
    ...(auth?.type === 'oauth' ? { authorization: `Bearer ${token}` } : {}),
    ...(idempotencyHeader === null ? {} : { [idempotencyHeader.toLowerCase()]: idempotencyKey }),
  }
  const query = new URLSearchParams(carried.query).toString()
  return {
    method: request.method.toUpperCase(),
    url: urlOf(baseUrl, request, query),
    headers: all,
    body: request.json ?? sent?.text ?? null,
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

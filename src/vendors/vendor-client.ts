import type { Clock } from '../domain/clock.ts'
import type { VendorClient } from '../refresh/ports/vendor.ts'
import { type Authentication, carriedFor } from './authentication.ts'
import { type HttpOptions, HttpVendorClient } from './http-client.ts'
import { OauthClient } from './oauth-client.ts'
import { OauthToken, type OauthTokenParts } from './oauth-token.ts'
import { requestToken } from './token-endpoint.ts'

export interface VendorClientOptions extends Omit<HttpOptions, 'query'>, Pick<OauthTokenParts, 'obtained' | 'missed'> {
  /** Null: the headers say who calls, or nobody asks. */
  readonly auth: Authentication | null
  readonly clock: Pick<Clock, 'monotonic'>
}

/** The vendor's client, with what tells the vendor who calls. */
export function vendorClient(options: VendorClientOptions): VendorClient {
  const { auth, clock, obtained, missed, ...http } = options
  if (auth === null) return new HttpVendorClient(http)
  const { headers, query } = carriedFor(auth)
  const client = new HttpVendorClient({ ...http, headers: { ...http.headers, ...headers }, query })
  if (auth.type !== 'oauth') return client
  const fetchToken = () => requestToken(auth, http.timeoutMs)
  return new OauthClient(client, new OauthToken({ clock, fetchToken, obtained, missed }))
}

import type { Clock } from '../domain/clock.ts'
import type { VendorClient } from '../refresh/ports/vendor.ts'
import { type Authentication, carriedFor } from './authentication.ts'
import { type HttpOptions, HttpVendorClient } from './http-client.ts'
import { OauthClient } from './oauth-client.ts'
import { OauthToken, type OauthTokenParts } from './oauth-token.ts'
import { requestToken } from './token-endpoint.ts'

export interface VendorClientOptions extends Omit<HttpOptions, 'query'>, Pick<OauthTokenParts, 'obtained' | 'missed'> {
  /** Null: the configured headers authenticate, or no authentication is needed. */
  readonly auth: Authentication | null
  readonly clock: Pick<Clock, 'monotonic'>
}

/** Creates the vendor's HTTP client, with authentication. */
export function vendorClient(options: VendorClientOptions): VendorClient {
  const { auth, clock, obtained, missed, ...http } = options
  if (auth === null) return new HttpVendorClient(http)
  const { headers, query } = carriedFor(auth)
  const client = new HttpVendorClient({ ...http, headers: { ...http.headers, ...headers }, query })
  if (auth.type !== 'oauth') return client
  const fetchToken = () => requestToken(auth, http.timeoutMs)
  return new OauthClient(client, new OauthToken({ clock, fetchToken, obtained, missed }))
}

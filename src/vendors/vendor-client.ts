import type { Clock } from '../domain/time/clock.ts'
import type { Exchange, VendorClient } from '../refresh/ports/vendor.ts'
import { type Authentication, carriedFor } from './authentication.ts'
import { type HttpOptions, httpClient } from './http-client.ts'
import { type AccessToken, type NoToken, OauthToken, type OauthTokenParts } from './oauth-token.ts'
import { requestToken } from './token-endpoint.ts'
import { isElsewhere } from './wire-request.ts'

interface VendorClientOptions extends Omit<HttpOptions, 'query'>, Pick<OauthTokenParts, 'obtained' | 'missed'> {
  /** Null: the configured headers authenticate, or no authentication is needed. */
  readonly auth: Authentication | null
  readonly clock: Pick<Clock, 'monotonic'>
}

/** Creates the vendor's HTTP client, with authentication. */
export function vendorClient(options: VendorClientOptions): VendorClient {
  const { auth, clock, obtained, missed, ...http } = options
  if (auth === null) return httpClient(http)
  const { headers, query } = carriedFor(auth)
  const client = httpClient({ ...http, headers: { ...http.headers, ...headers }, query })
  if (auth.type !== 'oauth') return client
  const fetchToken = () => requestToken(auth, http.timeoutMs)
  return withToken(client, http.baseUrl, new OauthToken({ clock, fetchToken, obtained, missed }))
}

/**
 * Sends each request with the current access token. On a 401, which is not charged, the request is sent once more with a
 * new token; a second 401 is returned. Requests are sent again nowhere else. `latencyMs` is that of the last request,
 * without the wait for a token.
 */
function withToken(client: VendorClient, baseUrl: string, token: OauthToken): VendorClient {
  return {
    async send(request, idempotencyKey, mayGo) {
      if (isElsewhere(baseUrl, request)) return client.send(request, idempotencyKey, mayGo)
      const startedAt = performance.now()
      const sendWith = ({ value }: AccessToken) => {
        const headers = { ...request.headers, authorization: `Bearer ${value}` }
        return client.send({ ...request, headers }, idempotencyKey, mayGo)
      }
      const current = await token.get()
      if (current.kind !== 'token') return withoutToken(current, performance.now() - startedAt)
      const exchange = await sendWith(current)
      if (exchange.kind !== 'reply' || exchange.status !== 401) return exchange
      const renewed = await token.replace(current)
      return renewed.kind === 'token' ? sendWith(renewed) : withoutToken(renewed, performance.now() - startedAt)
    },
    close: () => client.close(),
  }
}

/** A refusal by the token endpoint becomes a 401, which stops the run; an unavailable endpoint becomes "not sent". */
function withoutToken({ kind, reason }: NoToken, latencyMs: number): Exchange {
  if (kind === 'unavailable') return { kind: 'not-sent', reason, latencyMs }
  return { kind: 'reply', status: 401, headers: {}, text: JSON.stringify({ error: reason }), latencyMs }
}

import type { Exchange, VendorClient, VendorRequest } from '../refresh/ports/vendor.ts'
import type { AccessToken, NoToken, OauthToken } from './oauth-token.ts'

/** Sends each request with the access token of the moment. */
export class OauthClient implements VendorClient {
  readonly #client: VendorClient
  readonly #token: Pick<OauthToken, 'get' | 'replace'>

  constructor(client: VendorClient, token: Pick<OauthToken, 'get' | 'replace'>) {
    this.#client = client
    this.#token = token
  }

  /**
   * A 401 is not charged, so that the same request may go once more, with a new token: the only resend there is. A
   * second 401 stands. `latencyMs` is the last request's, without the wait for a token.
   */
  async send(request: VendorRequest, idempotencyKey: string | null, mayGo?: () => boolean): Promise<Exchange> {
    const startedAt = performance.now()
    const sendWith = ({ value }: AccessToken) => {
      const headers = { ...request.headers, authorization: `Bearer ${value}` }
      return this.#client.send({ ...request, headers }, idempotencyKey, mayGo)
    }
    const token = await this.#token.get()
    if (token.kind !== 'token') return withoutToken(token, performance.now() - startedAt)
    const exchange = await sendWith(token)
    if (exchange.kind !== 'reply' || exchange.status !== 401) return exchange
    const renewed = await this.#token.replace(token)
    return renewed.kind === 'token' ? sendWith(renewed) : withoutToken(renewed, performance.now() - startedAt)
  }

  close(): void {
    this.#client.close()
  }
}

/** A client that the token endpoint refuses is refused by the vendor, so that the run stops; otherwise it may wait. */
function withoutToken({ kind, reason }: NoToken, latencyMs: number): Exchange {
  if (kind === 'unavailable') return { kind: 'not-sent', reason, latencyMs }
  return { kind: 'reply', status: 401, headers: {}, text: JSON.stringify({ error: reason }), latencyMs }
}

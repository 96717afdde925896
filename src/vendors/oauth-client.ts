import type { Exchange, VendorClient, VendorRequest } from '../refresh/ports/vendor.ts'
import type { AccessToken, NoToken, OauthToken } from './oauth-token.ts'

/** Sends each request with the current access token. */
export class OauthClient implements VendorClient {
  readonly #client: VendorClient
  readonly #token: Pick<OauthToken, 'get' | 'replace'>

  constructor(client: VendorClient, token: Pick<OauthToken, 'get' | 'replace'>) {
    this.#client = client
    this.#token = token
  }

  /**
   * On a 401, which is not charged, the request is sent once more with a new token; a second 401 is returned. Requests are
   * sent again nowhere else. `latencyMs` is that of the last request, without the wait for a token.
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

/** A refusal by the token endpoint becomes a 401, which stops the run; an unavailable endpoint becomes "not sent". */
function withoutToken({ kind, reason }: NoToken, latencyMs: number): Exchange {
  if (kind === 'unavailable') return { kind: 'not-sent', reason, latencyMs }
  return { kind: 'reply', status: 401, headers: {}, text: JSON.stringify({ error: reason }), latencyMs }
}

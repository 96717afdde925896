import got, { RequestError, type StreamOptions } from 'got'
import { basicHeader, type ClientCredentials } from './authentication.ts'
import type { TokenReply } from './oauth-token.ts'
import { readReply } from './read-reply.ts'

/** Errors that no retry fixes: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const REFUSALS = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
])
/** The longest reply, unpacked. A token goes into a header, which is shorter. */
const MOST_BYTES = 64 * 1024
/** Token characters that may be sent in a header; section A.12 of the RFC also allows spaces. */
const SENDABLE = /^[\x21-\x7e]+$/

/**
 * Requests a token once, for `timeoutMs` at most. Never throws because of the network or the endpoint. Reasons contain no
 * secrets, and of the endpoint's text only the error code.
 */
export async function requestToken(credentials: ClientCredentials, timeoutMs: number): Promise<TokenReply> {
  try {
    const stream = got.stream.post(credentials.tokenUrl, requestOf(credentials, timeoutMs))
    const reply = await readReply(stream, MOST_BYTES)
    if (reply.kind === 'refused') return { kind: 'unavailable', reason: 'the token endpoint answers with too much' }
    return tokenIn(reply.status, reply.text)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return { kind: 'unavailable', reason: `the token endpoint does not answer (${error.code}: ${error.message})` }
  }
}

function requestOf(credentials: ClientCredentials, timeoutMs: number): StreamOptions {
  const { clientId, clientSecret, scope, audience, clientAuthentication } = credentials
  const basic = clientAuthentication === 'basic'
  const authorization = basic ? { authorization: basicHeader(formEncoded(clientId), formEncoded(clientSecret)) } : {}
  return {
    headers: { 'user-agent': 'spenddown', accept: 'application/json', ...authorization },
    form: {
      grant_type: 'client_credentials',
      ...(basic ? {} : { client_id: clientId, client_secret: clientSecret }),
      ...(scope === undefined ? {} : { scope }),
      ...(audience === undefined ? {} : { audience }),
    },
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    timeout: { request: timeoutMs },
  }
}

/** RFC 6749, section 2.3.1: id and secret are form-encoded before they become user name and password. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

function tokenIn(status: number, text: string): TokenReply {
  const body = objectOf(text)
  if (status === 200) {
    const token = body.access_token
    return typeof token === 'string' && SENDABLE.test(token)
      ? { kind: 'token', value: token, expiresIn: body.expires_in }
      : { kind: 'unavailable', reason: 'the token endpoint answers without an access token' }
  }
  const code = typeof body.error === 'string' && REFUSALS.has(body.error) ? body.error : null
  const shown = code === null ? `status ${status}` : `status ${status}, ${code}`
  return status === 401 || status === 403 || (status === 400 && code !== null)
    ? { kind: 'refused', reason: `the token endpoint refuses the client (${shown})` }
    : { kind: 'unavailable', reason: `the token endpoint gives no token (${shown})` }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

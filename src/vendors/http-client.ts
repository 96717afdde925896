import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import type { Socket } from 'node:net'
import got, { type Method, RequestError, type RequestFunction, type StreamOptions } from 'got'
import { bodyOf } from '../domain/call/request-body.ts'
import { messageOf } from '../domain/errors/errors.ts'
import type { Exchange, VendorClient, VendorRequest } from '../refresh/ports/vendor.ts'
import { rateHeaderReader } from './rate-headers.ts'
import { readReply } from './read-reply.ts'
import { isElsewhere, OWN_HEADERS, urlOf } from './wire-request.ts'

export interface HttpOptions {
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  /** Added to the query of every request. */
  readonly query?: Readonly<Record<string, string>>
  readonly idempotencyHeader: string | null
  readonly timeoutMs: number
  /** The most connections at once. The pace allows no more calls than this. */
  readonly maxSockets: number
  /** Epoch milliseconds; default: the system's clock. */
  readonly now?: () => number
}

/** What became of a request; how long it took is added at the end. */
type Received = Untimed<Exchange>
type Untimed<Each> = Each extends Exchange ? Omit<Each, 'latencyMs'> : never

/** Idle connections are closed before the server does so (most keep them 5 s or more), to not send on a closing one. */
const IDLE_SOCKET_MS = 4_000
const BODYLESS = new Set(['GET', 'HEAD'])
/** The limit on replies to requests without their own, to bound memory. */
const LONGEST_REPLY_BYTES = 16 * 1024 * 1024

/**
 * Sends each request exactly once, with got. got's retries are off: a retry is a billable call that the ledger would not
 * see. Never throws because of the network or the vendor, but returns what is known of the request.
 */
export function httpClient(options: HttpOptions): VendorClient {
  const { baseUrl, headers, idempotencyHeader, timeoutMs, maxSockets, now = Date.now } = options
  // The agent's timeout only closes idle connections, not those in use.
  const sockets = { keepAlive: true, maxSockets, timeout: IDLE_SOCKET_MS }
  const agents = { http: new HttpAgent(sockets), https: new HttpsAgent(sockets) }
  const query = new URLSearchParams(options.query).toString()
  const quotasIn = rateHeaderReader()
  /** For other hosts: it carries nothing that the vendor alone may see. */
  const bare = got.extend({
    agent: agents,
    headers: OWN_HEADERS,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: true,
    timeout: { request: timeoutMs },
  })
  const client = bare.extend({ headers })
  const ownType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  async function send(request: VendorRequest, key: string | null, mayGo: () => boolean): Promise<Received> {
    const keyHeader = idempotencyHeader === null || key === null ? null : { [idempotencyHeader]: key }
    const sent = request.serialized === undefined ? bodyOf(request) : request.serialized
    const type = ownType || sent === null || sent.type === null ? null : { 'content-type': sent.type }
    const options = optionsOf(request, sent?.text, { ...type, ...request.headers, ...keyHeader }, mayGo)
    const stream = isElsewhere(baseUrl, request)
      ? bare.stream(urlOf(baseUrl, request, ''), options)
      : client.stream(urlOf(baseUrl, request, query), options)
    // A stream waits for a body to be written to it, where there may be one.
    if (sent === null && !BODYLESS.has(request.method.toUpperCase())) stream.end()
    const reply = await readReply(stream, request.maxReplyBytes ?? LONGEST_REPLY_BYTES)
    const { status } = reply
    if (reply.kind === 'refused') return { kind: 'lost', reason: reply.reason, status, tooLong: true }
    return { ...reply, kind: 'reply', quotas: quotasIn(reply.headers, now()) }
  }
  return {
    async send(request, idempotencyKey, mayGo = () => true) {
      const startedAt = performance.now()
      const received = await send(request, idempotencyKey, mayGo).catch(failed)
      return { ...received, latencyMs: performance.now() - startedAt }
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** Only options that differ between calls, since got merges every option that it is given. */
function optionsOf(
  { method }: VendorRequest,
  body: string | undefined,
  headers: Record<string, string>,
  mayGo: () => boolean,
): StreamOptions {
  const options: StreamOptions = {
    method: method as Method,
    request: (url, options, callback) => guard(sparseRequest(url, options, callback) as ClientRequest, mayGo),
  }
  if (Object.keys(headers).length > 0) options.headers = headers
  if (body !== undefined) options.body = body
  return options
}

/** Error code of a request that was stopped by `mayGo` before its first byte. */
const NOT_ALLOWED = 'ERR_NOT_ALLOWED'

/** Checks `mayGo` once the request has a usable connection, immediately before it is written. */
function guard(request: ClientRequest, mayGo: () => boolean): ClientRequest {
  return request.once('socket', (socket: Socket & { encrypted?: boolean; secureConnecting?: boolean }) => {
    const decide = () => {
      if (mayGo()) return
      request.destroy(Object.assign(new Error('it may not be sent any more'), { code: NOT_ALLOWED }))
    }
    if (!socket.connecting && socket.secureConnecting !== true) return decide()
    // A corked socket buffers what is written to it until it is connected.
    socket.cork()
    socket.once(socket.encrypted === true ? 'secureConnect' : 'connect', () => {
      decide()
      socket.uncork()
    })
  })
}

/**
 * Node's request with only the options that are set. got passes about thirty, most of them undefined, and node copies
 * them three times per request, which takes a tenth of a call's CPU time.
 */
const sparseRequest: RequestFunction = (url, options, callback) => {
  const { method, headers, agent } = options
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const { hostname, port, protocol, pathname, search } = url
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return request({ protocol, host, port, path: pathname + search, method, headers, agent } as RequestOptions, callback)
}

/** The result of a request without a complete reply. */
function failed(error: unknown): Received {
  // Before the first byte: the request cannot be made.
  if (!(error instanceof RequestError)) return { kind: 'not-sent', reason: messageOf(error) }
  const reason = `${error.code}: ${error.message}`
  if (!wasSent(error)) return { kind: 'not-sent', reason }
  return { kind: 'lost', reason, status: error.response?.statusCode ?? null }
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
  'ERR_UNSUPPORTED_PROTOCOL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  NOT_ALLOWED,
])

/** In doubt true: false only for errors that cannot occur after the first byte. */
function wasSent(error: RequestError): boolean {
  if (NEVER_CONNECTED.has(error.code)) return false
  return !(error.code === 'ETIMEDOUT' && error.timings !== undefined && error.timings.connect === undefined)
}

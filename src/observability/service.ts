import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InputError } from '../domain/errors.ts'
import { isForeignName, isLoopback } from '../domain/hosts.ts'

export interface ServiceParts {
  /** 0: any free one. */
  readonly port: number
  readonly host: string
  /** Why the process should be ended; null: it is alive. */
  readonly lost: () => string | null
  /** Why nothing would be started just now; null: it would. */
  readonly unready: () => Promise<Unready | null>
  /** Nothing is measured without it. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly text: string }>
  /** What answers for all other paths; nothing without it. */
  readonly others?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  /** How long a request may take to arrive, ms. */
  readonly patienceMs?: number
  /** A connection on which nothing moves for so long is ended, ms; longer than any stream is silent. */
  readonly silenceMs?: number
}

/** `reason` is one of a few words, for scripts; `detail` is for people. */
export interface Unready {
  readonly reason: 'starting' | 'stopping' | 'config' | 'database'
  readonly detail: string
}

export interface Service {
  /** With the port that it was given. */
  readonly url: string
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Whoever asks here asks for little, and is not waited for. */
const BOUNDS = {
  maxHeaderSize: 8_192,
  keepAliveTimeout: 30_000,
} as const
const PATIENCE_MS = 5_000
const SILENCE_MS = 60_000
const MOST_CONNECTIONS = 64

/** Answers /healthz, /readyz and /metrics, and has the rest answered. Throws InputError where it cannot listen. */
export async function openService(parts: ServiceParts): Promise<Service> {
  const { patienceMs = PATIENCE_MS, silenceMs = SILENCE_MS } = parts
  const times = { headersTimeout: patienceMs, requestTimeout: patienceMs, connectionsCheckingInterval: patienceMs }
  const server = createServer({ ...BOUNDS, ...times }, (request, response) => {
    if (parts.others !== undefined && routeOf(request, parts) === undefined) return parts.others(request, response)
    answerTo(request, parts)
      .catch((error: unknown) => json(500, { status: 'error', detail: String(error) }))
      .then((answer) => send(answer, request, response))
  })
  server.maxConnections = MOST_CONNECTIONS
  server.setTimeout(silenceMs)
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
    else socket.destroy()
  })
  await listen(server, parts)
  return { url: urlOf(server), close: () => close(server) }
}

async function answerTo(request: IncomingMessage, parts: ServiceParts): Promise<Answer> {
  const { method = '' } = request
  // A page of another site can make a browser resolve that site's name to 127.0.0.1, and read what is answered.
  if (isLoopback(parts.host) && isForeignName(request.headers.host))
    return json(421, { status: 'error', detail: 'this answers to localhost and to addresses alone' })
  const answer = routeOf(request, parts)
  if (answer === undefined) return json(404, { status: 'error', detail: `there are ${Object.keys(ROUTES).join(', ')}` })
  if (method === 'GET' || method === 'HEAD') return answer(parts)
  return { ...json(405, { status: 'error', detail: 'GET or HEAD' }), headers: { allow: 'GET, HEAD' } }
}

function routeOf({ url = '' }: IncomingMessage, { metrics }: ServiceParts): Route | undefined {
  const path = url.split('?', 1)[0] as string
  return path === '/metrics' && metrics === undefined ? undefined : ROUTES[path]
}

type Route = (parts: ServiceParts) => Promise<Answer>

const ROUTES: Readonly<Record<string, Route>> = Object.assign(Object.create(null), {
  '/healthz': async ({ lost }: ServiceParts) => {
    const detail = lost()
    return detail === null ? json(200, { status: 'ok' }) : json(503, { status: 'unavailable', reason: 'lost', detail })
  },
  '/readyz': async ({ unready }: ServiceParts) => {
    const why = await unready()
    return why === null ? json(200, { status: 'ok' }) : json(503, { status: 'unavailable', ...why })
  },
  '/metrics': async ({ metrics }: ServiceParts) => {
    const { contentType = 'text/plain', text = '' } = (await metrics?.()) ?? {}
    return { status: 200, type: contentType, body: text }
  },
})

function json(status: number, document: object): Answer {
  return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify(document)}\n` }
}

function send({ status, type, body, headers }: Answer, { method }: IncomingMessage, response: ServerResponse): void {
  const length = Buffer.byteLength(body)
  response.writeHead(status, {
    'content-type': type,
    'content-length': length,
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(method === 'HEAD' ? undefined : body)
}

function listen(server: Server, { port, host }: ServiceParts): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(error, port, host)))
    server.listen({ port, host }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

const WHY: Readonly<Record<string, readonly ['port' | 'host', string, string]>> = {
  EADDRINUSE: [
    'port',
    'a port that another process has',
    'Is another daemon or dashboard running here? Name another one with `service.port` or `--port`.',
  ],
  EACCES: ['port', 'a port that this user may not have', 'Ports below 1024 need a right of their own.'],
  EADDRNOTAVAIL: [
    'host',
    'an address that is not of this machine',
    'Use 127.0.0.1 for this machine alone, 0.0.0.0 for all.',
  ],
}

function refused(error: NodeJS.ErrnoException, port: number, host: string): InputError {
  const [key, found, hint] = WHY[error.code ?? ''] ?? ['host', error.message, 'Use 127.0.0.1, 0.0.0.0 or ::.']
  const allowed = key === 'port' ? 'a free port, or 0 for any' : 'an address of this machine'
  const at = `${host}:${port}`
  return new InputError('SERVICE_REFUSED', [{ path: `service.${key}`, found: `${found} (${at})`, allowed, hint }])
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    // A probe's open connection is not waited for.
    server.closeAllConnections()
  })
}

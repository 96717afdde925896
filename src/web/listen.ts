import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { InputError } from '../domain/errors/errors.ts'

/** As a Hono app answers; `env` has node's own request. */
export type Answers = (request: Request, env: object) => Response | Promise<Response>

export interface Where {
  /** 0: any free one. */
  readonly port: number
  readonly host: string
}

export interface Bounds {
  /** How long a request may take to arrive, ms. */
  readonly patienceMs?: number
  /** How long a connection may be idle, ms; longer than an event stream is silent. */
  readonly silenceMs?: number
}

export interface Listening {
  readonly url: string
  close(): Promise<void>
}

const LONGEST_HEADER = 8_192
const KEPT_ALIVE_MS = 30_000
const PATIENCE_MS = 5_000
const SILENCE_MS = 60_000
const MOST_CONNECTIONS = 64

/** Throws InputError where it cannot listen. */
export async function listen(
  answers: Answers,
  where: Where,
  { patienceMs = PATIENCE_MS, silenceMs = SILENCE_MS }: Bounds = {},
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, env) => answers(plain(request), env),
    // The process's own Request and Response are not replaced.
    overrideGlobalObjects: false,
    // For a probe in HTTP/1.0, which names no host.
    hostname: 'localhost',
    serverOptions: {
      maxHeaderSize: LONGEST_HEADER,
      keepAliveTimeout: KEPT_ALIVE_MS,
      headersTimeout: patienceMs,
      requestTimeout: patienceMs,
      connectionsCheckingInterval: patienceMs,
    },
  }) as Server
  boundConnections(server, MOST_CONNECTIONS)
  server.setTimeout(silenceMs)
  server.listen({ ...where })
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw refused(error, where)
  })
  return { url: urlOf(server), close: () => close(server) }
}

/** For a form in chunks, as some proxies send it: Hono limits its size only in the platform's own Request. */
function plain(request: Request): Request {
  const { method, url, headers, body } = request
  if (method !== 'POST' || !headers.has('transfer-encoding')) return request
  return new Request(url, { method, headers: [...headers], body, duplex: 'half' })
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

function refused(error: NodeJS.ErrnoException, { port, host }: Where): InputError {
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

/**
 * Limits a server's connections. Where there are too many, a new one ends the one that has been idle for longest, else
 * the one whose request has been arriving for longest, else the one whose answer has. If the new one were refused, whoever
 * keeps connections open could silence the health checks.
 */
function boundConnections(server: Server, most: number): void {
  /** With the request under way, in the order in which they came to that state. */
  const open = new Map<Socket, IncomingMessage | null>()
  const enter = (socket: Socket, request: IncomingMessage | null) => {
    open.delete(socket)
    open.set(socket, request)
  }
  server.on('connection', (socket) => {
    if (open.size >= most) dispensable(open)?.destroy()
    enter(socket, null)
    socket.once('close', () => open.delete(socket))
  })
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    enter(socket, request)
    response.once('close', () => {
      if (open.get(socket) === request) enter(socket, null)
    })
  })
}

function dispensable(open: ReadonlyMap<Socket, IncomingMessage | null>): Socket | undefined {
  const rank = (request: IncomingMessage | null) => (request === null ? 0 : request.complete ? 2 : 1)
  const alive = [...open].filter(([socket]) => !socket.destroyed)
  // The sort is stable: of one rank, the oldest comes first.
  return alive.toSorted(([, a], [, b]) => rank(a) - rank(b))[0]?.[0]
}

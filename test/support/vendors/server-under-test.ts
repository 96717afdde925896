import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import net from 'node:net'
import type { VendorClient } from '../../../src/refresh/ports/vendor.ts'
import { httpClient } from '../../../src/vendors/http-client.ts'
import { SELF_SIGNED } from './certificate-under-test.ts'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

type HttpAnswer = (request: http.IncomingMessage, response: http.ServerResponse, n: number) => void

/** A server of a few lines that counts what it is asked, and a client for it. */
export class ServersUnderTest {
  readonly #close: (() => Promise<void> | void)[] = []

  /** Answers by HTTP; `asked` holds every request that came. */
  http(answer: HttpAnswer) {
    return this.#http(answer, (listener) => http.createServer(listener))
  }

  /** The same over TLS, with a certificate that nobody trusts. */
  https(answer: HttpAnswer) {
    return this.#http(answer, (listener) => https.createServer(SELF_SIGNED, listener), 'https')
  }

  async #http(answer: HttpAnswer, create: (listener: http.RequestListener) => net.Server, protocol = 'http') {
    const asked: Asked[] = []
    const server = create((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => {
        asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
        answer(request, response, asked.length)
      })
    })
    return { asked, ...(await this.#listen(server, protocol)) }
  }

  /** Answers each connection by hand; `requests` counts heads that came. */
  async raw(answer: (socket: net.Socket, n: number) => void) {
    const seen = { requests: 0, connections: 0 }
    const server = net.createServer((socket) => {
      seen.connections += 1
      socket.on('error', () => {})
      socket.on('data', (data) => {
        if (!/^(GET|POST) /.test(data.toString('latin1'))) return
        seen.requests += 1
        answer(socket, seen.requests)
      })
    })
    return { seen, ...(await this.#listen(server)) }
  }

  client(baseUrl: string, options: Partial<Parameters<typeof httpClient>[0]> = {}): VendorClient {
    const client = httpClient({
      baseUrl,
      headers: {},
      idempotencyHeader: null,
      timeoutMs: 5_000,
      maxSockets: 4,
      ...options,
    })
    this.#close.push(() => client.close())
    return client
  }

  /** What else has to be closed with the servers. */
  closing(close: () => void): void {
    this.#close.push(close)
  }

  async closeAll(): Promise<void> {
    for (const close of this.#close.splice(0).reverse()) await close()
  }

  async #listen(server: net.Server, protocol = 'http'): Promise<{ url: string; port: number }> {
    const sockets = new Set<net.Socket>()
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#close.push(() => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    })
    const { port } = server.address() as AddressInfo
    return { url: `${protocol}://127.0.0.1:${port}`, port }
  }
}

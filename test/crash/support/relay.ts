import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A lookup that has passed. */
export interface Passed {
  /** By `performance.now()`. */
  readonly at: number
  readonly url: string
}

export interface Relay {
  readonly url: string
  /** Lookups, in order; requests for the balance are not among them. */
  readonly passed: readonly Passed[]
  close(): Promise<void>
}

/** Stands between one process and the vendor, and knows what that process has sent. */
export async function startRelay(vendorUrl: string): Promise<Relay> {
  const passed: Passed[] = []
  const server = createServer((req, res) => {
    if (req.url?.startsWith('/v1/enrich')) passed.push({ at: performance.now(), url: req.url })
    forward(vendorUrl, req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, passed, close }
}

function forward(vendorUrl: string, req: IncomingMessage, res: ServerResponse): void {
  const onward = request(vendorUrl + req.url, { method: req.method, headers: req.headers }, (reply) => {
    res.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(res)
  })
  onward.on('error', () => res.destroy())
  res.on('error', () => onward.destroy())
  req.pipe(onward)
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Call {
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly method: string
  readonly body: string
  /** By `performance.now()`. */
  readonly at: number
  /** How many came before it. */
  readonly number: number
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object goes as JSON; text and bytes as they are. */
  readonly body?: unknown
  readonly afterMs?: number
}

/** A vendor that says what a test tells it to, over HTTP. Ends with the test. */
export async function scriptedVendor(
  answer: (call: Call) => Answer | 'hang up' | 'say nothing',
): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    const url = new URL(req.url ?? '/', 'http://vendor')
    const call = {
      url,
      headers: req.headers,
      method: req.method ?? '',
      body,
      at: performance.now(),
      number: calls.length,
    }
    calls.push(call)
    const said = answer(call)
    if (said === 'hang up') req.socket.destroy()
    else if (said !== 'say nothing') setTimeout(() => say(res, said), said.afterMs ?? 0)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls }
}

function say(res: ServerResponse, { status = 200, headers = {}, body = {} }: Answer): void {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}

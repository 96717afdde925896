import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'

export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** Hono's app as node's HTTP server calls it. The process's own Request and Response stay what they are. */
export function listenerOf(fetch: (request: Request, env: object) => Response | Promise<Response>): Listener {
  const listener = getRequestListener((request, env) => fetch(plain(request), env), { overrideGlobalObjects: false })
  return (request, response) => void listener(request, response)
}

/** A form that comes in pieces, as some proxies send it: Hono counts them in none but the platform's own Request. */
function plain(request: Request): Request {
  const { method, url, headers, body } = request
  if (method !== 'POST' || !headers.has('transfer-encoding')) return request
  return new Request(url, { method, headers: [...headers], body, duplex: 'half' })
}

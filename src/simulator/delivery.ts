import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './replies.ts'

/** One request and the means to answer it. */
export type Exchange = { req: IncomingMessage; res: ServerResponse }

const contentTypes = { json: 'application/json; charset=utf-8', html: 'text/html; charset=utf-8' } as const

/** Sends a reply whole; answers `false` where the client has gone. */
export function send({ res }: Exchange, reply: Reply): boolean {
  if (res.destroyed || res.headersSent) return false
  res.writeHead(reply.status, headersOf(reply))
  res.end(reply.body)
  return true
}

/** Promises the whole reply, sends half of it and ends the connection. */
export function sendTruncated({ req, res }: Exchange, reply: Reply): void {
  if (res.destroyed || res.headersSent) return
  res.writeHead(reply.status, headersOf(reply))
  res.write(reply.body.slice(0, reply.body.length / 2), () => req.socket.destroySoon())
}

/** Breaks the connection without a word. */
export function breakOff({ req }: Exchange): void {
  if (!req.socket.destroyed) req.socket.resetAndDestroy()
}

function headersOf(reply: Reply): string[] {
  const length = String(Buffer.byteLength(reply.body))
  return ['content-type', contentTypes[reply.type], 'content-length', length, ...reply.headers]
}

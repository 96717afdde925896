import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Holds a server to so many connections by ending one for each that comes: the one that has been idle for longest, else
 * one whose request is still arriving, else the one that has been answered for longest. To refuse the new one would let
 * whoever keeps connections open silence the health checks.
 */
export function boundConnections(server: Server, most: number): void {
  /** With the request that is under way; in the order in which they came to that state. */
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

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What becomes of a COMMIT: passed on, or cut off before it is, or after the server has done it. */
export type CommitFate = 'pass' | 'cut'
/** Asked before a COMMIT is passed on (`commit`), and again before its answer is (`committed`). */
export type CommitHook = (moment: 'commit' | 'committed') => Promise<CommitFate>

/** Reads what a client sends on one connection, chunk by chunk: whether a COMMIT ends in this one. */
export interface CommitReader {
  hasCommit(chunk: Buffer): boolean
}

/** The server behind the proxy, and its protocol. */
export interface ProxyTarget {
  readonly host: string
  readonly port: number
  readonly reader: () => CommitReader
}

/** A TCP proxy before a database server that knows a COMMIT when it sees one. */
export class CommitProxy {
  private readonly server: Server
  private readonly hook: CommitHook
  private readonly target: ProxyTarget
  private readonly pairs = new Set<readonly [Socket, Socket]>()
  private refusedUntil = 0

  constructor(hook: CommitHook, target: ProxyTarget) {
    this.hook = hook
    this.target = target
    this.server = createServer((client) => this.accept(client))
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return (this.server.address() as AddressInfo).port
  }

  /** All connections end, and new ones are refused for a while. */
  refuse(ms: number): void {
    this.refusedUntil = Date.now() + ms
    this.cut()
  }

  /** The database can be reached again. */
  mend(): void {
    this.refusedUntil = 0
  }

  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private accept(client: Socket): void {
    client.on('error', () => undefined)
    if (Date.now() < this.refusedUntil) return void client.destroy()
    const server = connect({ host: this.target.host, port: this.target.port, noDelay: true })
    server.on('error', () => undefined)
    const pair = [client.setNoDelay(), server] as const
    this.pairs.add(pair)
    for (const socket of pair) {
      socket.on('close', () => {
        this.pairs.delete(pair)
        client.destroy()
        server.destroy()
      })
    }
    this.relay(client, server)
  }

  /** Chunks go one after another, each when what is to be asked about it has been answered. */
  private relay(client: Socket, server: Socket): void {
    const messages = this.target.reader()
    let committing = false
    forward(client, async (chunk) => {
      if (messages.hasCommit(chunk)) {
        if ((await this.hook('commit')) === 'cut') return void client.destroy()
        committing = true
      }
      if (!server.destroyed) server.write(chunk)
    })
    forward(server, async (chunk) => {
      if (committing) {
        committing = false
        if ((await this.hook('committed')) === 'cut') return void client.destroy()
      }
      if (!client.destroyed) client.write(chunk)
    })
  }
}

function forward(from: Socket, pass: (chunk: Buffer) => Promise<unknown>): void {
  let last: Promise<unknown> = Promise.resolve()
  from.on('data', (chunk: Buffer) => {
    last = last.then(() => pass(chunk))
  })
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Receipt } from './bill.ts'

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** One request's connection: answered once, reset, or left alone. */
export class Connection {
  private readonly request: IncomingMessage
  private readonly response: ServerResponse
  private receipt: Receipt | null = null

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request
    this.response = response
    response.on('close', () => {
      if (this.receipt !== null && !response.writableFinished) this.receipt.lostAt = Date.now()
    })
    // Whoever resets a connection need not hear of it.
    response.on('error', () => undefined)
  }

  belongsTo(receipt: Receipt): void {
    this.receipt = receipt
    if (this.response.destroyed) receipt.lostAt = Date.now()
  }

  /** Resolves when the reply was handed to the network, or the client had gone. */
  async send({ status, headers = {}, body }: Reply): Promise<void> {
    if (this.receipt !== null) this.receipt.status = status
    if (this.response.destroyed) return
    await new Promise<void>((resolve) => {
      this.response.on('close', resolve)
      this.response.writeHead(status, { 'content-type': 'application/json', ...headers })
      this.response.end(body, () => {
        if (this.receipt !== null && this.receipt.lostAt === null) this.receipt.answeredAt = Date.now()
        resolve()
      })
    })
  }

  reset(): void {
    this.request.socket.resetAndDestroy()
  }

  get isGone(): boolean {
    return this.response.destroyed
  }
}

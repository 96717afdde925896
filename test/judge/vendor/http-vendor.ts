import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { micro } from '../credits.ts'
import type { World } from '../world/world.ts'
import { Account } from './account.ts'
import { Bill, type Receipt } from './bill.ts'
import { Calls } from './calls.ts'
import { Connection } from './connection.ts'

/** Told whenever something happens at the vendor; what it does about it is waited for. */
export type VendorHook = (
  moment: 'balance' | 'received' | 'billing' | 'billed' | 'answered',
  receipt: Receipt,
) => Promise<void>

/** The third party: an HTTP server that keeps its own bill. It shares nothing with what it judges. */
export class HttpVendor {
  readonly bill: Bill
  readonly account: Account
  readonly calls: Calls
  private readonly server: Server

  constructor(world: World, hook: VendorHook) {
    this.bill = new Bill(micro(world.vendor.balance.credits))
    this.account = new Account(world, this.bill, hook)
    this.calls = new Calls(world, this.bill, this.account, hook)
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error) => {
        // The judge's own fault: it must not look like the vendor's.
        console.error('the judge’s vendor failed', error)
        process.exitCode = 70
        response.destroy()
      })
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.calls.close()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request)
    if (body === null) return
    const url = new URL(request.url ?? '/', 'http://vendor')
    const sender = String(request.headers['x-judge-process'] ?? 'nobody')
    const connection = new Connection(request, response)
    if (url.pathname === '/account') return this.account.tell(sender, connection)
    if (url.pathname.startsWith('/jobs/'))
      return this.calls.poll(sender, url.pathname.slice('/jobs/'.length), connection)
    const people = body === '' ? [Object.fromEntries(url.searchParams)] : JSON.parse(body).requests
    const key = request.headers['idempotency-key']
    await this.calls.take({
      sender,
      key: key === undefined ? null : String(key),
      records: people.map(({ id }: { id: unknown }) => String(id)),
      emails: people.map(({ email }: { email: unknown }) => String(email)),
      connection,
    })
  }
}

/** Null where the client went away before all of it was there. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString()
  } catch {
    return null
  }
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Account } from './account/account.ts'
import type { Bill } from './account/bill.ts'
import type { BehaviourChanges } from './behaviour.ts'
import { type Clock, systemClock } from './clock.ts'
import type { DialectRoute } from './dialects/dialect.ts'
import { route } from './http/routes.ts'
import { Simulation } from './simulation.ts'

/** The behaviour at the start, and what cannot change later. */
export type VendorOptions = BehaviourChanges & {
  /** Default 0: any free one. */
  port?: number
  /** The address to listen on. Default 127.0.0.1. */
  host?: string
  /** Two vendors with the same seed and the same requests behave the same. Default 1. */
  seed?: number
  /** Credits in the account at the start; default: the allotment. */
  remaining?: number
  clock?: Clock
}

export type SimulatedVendor = ReturnType<typeof vendorOf>

/** Starts a vendor. @throws BehaviourError for invalid options, or the system's error for the port. */
export async function startVendor(options: VendorOptions = {}): Promise<SimulatedVendor> {
  const { port = 0, host = '127.0.0.1', seed = 1, remaining, clock = systemClock, ...behaviour } = options
  const sim = new Simulation(seed, clock, behaviour, remaining)
  const server = createServer((req, res) => route(sim, { req, res }))
  // Closing an idle connection that a client is about to use again would be a fault that nobody has asked for.
  server.keepAliveTimeout = 0
  try {
    await once(server.listen(port, host), 'listening')
  } catch (error) {
    sim.timers.clear()
    throw error
  }
  return vendorOf(sim, server)
}

function vendorOf(sim: Simulation, server: Server) {
  const { port, address } = server.address() as AddressInfo
  return {
    /** Answers for it behind a server that several accounts share. */
    answer: (req: IncomingMessage, res: ServerResponse) => route(sim, { req, res }),
    url: `http://${address}:${port}`,
    port,
    /** The endpoints of its dialect. */
    get routes(): readonly Pick<DialectRoute, 'does' | 'method' | 'path'>[] {
      return sim.dialect.routes
    },
    account: sim.account as Pick<Account, 'remaining' | 'allotment' | 'resetAt'>,
    get bill(): Omit<Bill, 'add' | 'forget'> {
      sim.account.resetIfDue()
      return sim.bill
    },
    get stats() {
      return sim.stats.snapshot(sim.faults.struck)
    },
    /** @throws BehaviourError, and changes nothing, if a change is invalid. */
    behave: (changes: BehaviourChanges) => sim.behave(changes),
    /** Someone else spends what is left, at most. Returns the credits taken. */
    spendOutside: (credits: number, note?: string) => sim.account.spendOutside(credits, note),
    topUp: (credits: number) => sim.account.topUp(credits),
    reset: () => sim.account.reset(),
    forgetBill: () => sim.bill.forget(),
    /** Drops every connection, timer and waiting call. May be called twice. */
    close: () => close(sim, server),
  }
}

function close(sim: Simulation, server: Server): Promise<void> {
  sim.timers.clear()
  return new Promise((resolve) => {
    // An error means that it was closed already.
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

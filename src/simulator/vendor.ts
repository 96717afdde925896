import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Account } from './account/account.ts'
import type { Bill } from './account/bill.ts'
import type { BehaviourChanges } from './behaviour.ts'
import { type Clock, systemClock } from './clock.ts'
import type { DialectRoute } from './dialects/dialect.ts'
import { route } from './routes.ts'
import { Simulation } from './simulation.ts'

/** How to start: any part of the behaviour, and what cannot change later. */
export type VendorOptions = BehaviourChanges & {
  /** 0, the default, takes a free one. */
  port?: number
  /** Two vendors with the same seed and the same requests behave the same. Default 1. */
  seed?: number
  /** Credits in the account at the start; default: the allotment. */
  remaining?: number
  /** Default: the system's. */
  clock?: Clock
}

type KeyedRoute = Exclude<DialectRoute, { does: 'token' }>

/** A running vendor, as seen from the process it runs in. */
export type SimulatedVendor = ReturnType<typeof vendorOf>

/**
 * Starts a data vendor on 127.0.0.1, over real HTTP.
 *
 * @throws BehaviourError where the options are not understood; the system's error where the port is taken.
 */
export async function startVendor(options: VendorOptions = {}): Promise<SimulatedVendor> {
  const { port = 0, seed = 1, remaining, clock = systemClock, ...behaviour } = options
  const sim = new Simulation(seed, clock, behaviour, remaining)
  const server = createServer((req, res) => route(sim, { req, res }))
  // An idle connection must not be closed under a client that is about to use it again: that would be a fault unasked.
  server.keepAliveTimeout = 0
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch (error) {
    sim.timers.clear()
    throw error
  }
  return vendorOf(sim, server)
}

function vendorOf(sim: Simulation, server: Server) {
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** What can be asked for with a key, in its dialect. */
    get routes(): readonly Pick<KeyedRoute, 'does' | 'method' | 'path'>[] {
      return sim.dialect.routes.filter((route) => route.does !== 'token')
    },
    account: sim.account as Pick<Account, 'remaining' | 'allotment' | 'resetAt'>,
    get bill(): Omit<Bill, 'add' | 'forget'> {
      sim.account.resetIfDue()
      return sim.bill
    },
    /** A snapshot. */
    get stats() {
      return sim.stats.snapshot(sim.faults.struck)
    },
    /** @throws BehaviourError where the changes are not understood; nothing is changed then. */
    behave: (changes: BehaviourChanges) => sim.behave(changes),
    /** Someone else spends, as much as is left at most; answers the credits taken. */
    spendOutside: (credits: number, note?: string) => sim.account.spendOutside(credits, note),
    topUp: (credits: number) => sim.account.topUp(credits),
    /** A new cycle begins now. */
    reset: () => sim.account.reset(),
    forgetBill: () => sim.bill.forget(),
    /** Drops every connection, timer and waiting call. Safe to call twice. */
    close: () => close(sim, server),
  }
}

function close(sim: Simulation, server: Server): Promise<void> {
  sim.timers.clear()
  return new Promise((resolve) => {
    // It errs only where it was closed before, and then there is nothing left to do.
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

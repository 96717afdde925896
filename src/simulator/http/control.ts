import * as z from 'zod'
import { BehaviourError, checked, credits } from '../behaviour.ts'
import { text } from '../faults/faults.ts'
import type { Simulation } from '../simulation.ts'
import { BadRequest } from './requests.ts'

export const CONTROL_PREFIX = '/_simulator/'

/** The most entries of the bill in one reply, unless `limit` says otherwise. */
const BILL_PAGE = 100_000

type ControlReply = { status: number; body: object }

type Handler = (sim: Simulation, query: URLSearchParams, body: unknown) => object

const spending = z.strictObject({ credits, note: text.optional() })
const topUp = z.strictObject({ credits })

const routes: Record<string, Record<string, Handler>> = {
  account: { GET: accountOf },
  bill: { GET: billOf },
  stats: { GET: (sim) => sim.stats.snapshot(sim.faults.struck) },
  behaviour: {
    GET: (sim) => sim.behaviour,
    PATCH: (sim, _, body) => {
      sim.behave(body)
      return sim.behaviour
    },
  },
  spend: {
    POST: (sim, _, body) => {
      const { credits, note } = checked(spending, body)
      const spent = sim.account.spendOutside(credits, note)
      return { spent, ...accountOf(sim) }
    },
  },
  topup: {
    POST: (sim, _, body) => {
      sim.account.topUp(checked(topUp, body).credits)
      return accountOf(sim)
    },
  },
  reset: {
    POST: (sim) => {
      sim.account.reset()
      return accountOf(sim)
    },
  },
  'forget-bill': {
    POST: (sim) => {
      sim.bill.forget()
      return sim.bill.totals()
    },
  },
}

/** Carries out a control request, which no limit and no fault affects; `path`: what follows the prefix. */
export function control(sim: Simulation, method: string, path: string, query: string, body: unknown): ControlReply {
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!route) return failure(404, `No such control; there are ${Object.keys(routes).join(', ')}`)
  const handler = Object.hasOwn(route, method) ? route[method] : undefined
  if (!handler) return failure(405, `${path} takes ${Object.keys(route).join(', ')}`)
  try {
    return { status: 200, body: handler(sim, new URLSearchParams(query), body) }
  } catch (error) {
    if (error instanceof BehaviourError) return failure(400, error.message, error.problems)
    if (error instanceof BadRequest || error instanceof RangeError) return failure(400, error.message)
    throw error
  }
}

export function failure(status: number, message: string, problems: readonly string[] = [message]): ControlReply {
  return { status, body: { error: message, problems } }
}

function accountOf(sim: Simulation) {
  const { remaining, allotment, resetAt } = sim.account
  return { remaining, allotment, resetAt, at: sim.clock.now() }
}

function billOf(sim: Simulation, query: URLSearchParams): object {
  sim.account.resetIfDue()
  const totals = sim.bill.totals()
  if (query.get('summary') === '1') return totals
  const entries = sim.bill.entries(wholeParam(query, 'from', 1), wholeParam(query, 'limit', BILL_PAGE))
  const lastSeq = entries.at(-1)?.seq ?? totals.lastSeq
  return { totals, entries, next: lastSeq < totals.lastSeq ? lastSeq + 1 : null }
}

function wholeParam(query: URLSearchParams, name: string, otherwise: number): number {
  const value = Number(query.get(name) ?? otherwise)
  if (!Number.isInteger(value) || value < 0) throw new BadRequest(`${name} must be a whole number`)
  return value
}

import { fromMicro } from './account/micro-credits.ts'
import type { AccountSaid, Amount, Said } from './dialects/dialect.ts'
import type { Lie } from './faults/faults.ts'
import type { Simulation } from './simulation.ts'

/** What a reply reports of credits: the cost of the call and the balance, or a lie where one strikes. */
export function creditsSaid(sim: Simulation, chargedMicro: number, keys: readonly string[]): Said {
  const { creditHeaders: wanted } = sim.behaviour
  return {
    charged: wanted.charged ? chargedSaid(sim, chargedMicro, keys) : undefined,
    remaining: wanted.remaining ? balanceSaid(sim, 'headers', keys) : undefined,
    used: sim.bill.totals().lookupCredits,
    variants: sim.behaviour.variants,
  }
}

/** What the account tells, with a balance that was drawn for it. */
export function accountSaid({ account, behaviour, clock }: Simulation, remaining: Amount): AccountSaid {
  const { purchased, balanceLagMs, variants } = behaviour
  const atMs = clock.now() - balanceLagMs
  return { remaining, allotment: account.allotment, purchased, atMs, resetAt: account.resetAt, variants }
}

/** The balance that the vendor reports: the truth, or a lie, which may be text, or missing. */
export function balanceSaid(sim: Simulation, on: 'headers' | 'account', keys: readonly string[]): Amount {
  const lying = sim.behaviour.faults.lyingBalance
  const truth = on === 'account' ? balanceThen(sim) : sim.account.remaining
  const where = lying?.on ?? 'headers'
  if (!lying || (where !== 'both' && where !== on) || !sim.faults.strikes('lyingBalance', keys)) return truth
  const stale = fromMicro(sim.bill.remainingMicroAgo(lying.staleBy ?? 1) ?? sim.account.openingMicro)
  return reported(lying.as, truth, stale)
}

function balanceThen({ account, bill, behaviour, clock }: Simulation): number {
  if (behaviour.balanceLagMs === 0) return account.remaining
  return fromMicro(bill.remainingMicroAt(clock.now() - behaviour.balanceLagMs) ?? account.openingMicro)
}

function chargedSaid(sim: Simulation, chargedMicro: number, keys: readonly string[]): Amount {
  const lying = sim.behaviour.faults.lyingCharge
  const truth = fromMicro(chargedMicro)
  if (!lying || !sim.faults.strikes('lyingCharge', keys)) return truth
  return reported(lying.as, truth, truth)
}

function reported(lie: Lie, truth: number, stale: number): Amount {
  return { missing: undefined, negative: -truth - 1, absurd: 1e15, text: 'abc', stale }[lie]
}

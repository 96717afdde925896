import { fromMicro } from './account/micro-credits.ts'
import type { AccountSaid, Amount, Said } from './dialects/dialect.ts'
import type { Lie } from './faults.ts'
import type { Simulation } from './simulation.ts'

/** What a reply says of credits: what the call cost and what is left, or a lie where one is armed. */
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

/** The balance as the vendor says it, in credits: the truth, or a lie, which may be no number or nothing at all. */
export function balanceSaid(sim: Simulation, on: 'headers' | 'account', keys: readonly string[]): Amount {
  const lying = sim.behaviour.faults.lyingBalance
  const truth = on === 'account' ? balanceThen(sim) : sim.account.remaining
  const where = lying?.on ?? 'headers'
  if (!lying || (where !== 'both' && where !== on) || !sim.faults.strikes('lyingBalance', keys)) return truth
  const stale = () => fromMicro(sim.bill.remainingMicroAgo(lying.staleBy ?? 1) ?? sim.account.openingMicro)
  return told(lying.as, truth, stale)
}

/** The balance as of so long ago as the account lags behind. */
function balanceThen({ account, bill, behaviour, clock }: Simulation): number {
  if (behaviour.balanceLagMs === 0) return account.remaining
  return fromMicro(bill.remainingMicroAt(clock.now() - behaviour.balanceLagMs) ?? account.openingMicro)
}

function chargedSaid(sim: Simulation, chargedMicro: number, keys: readonly string[]): Amount {
  const lying = sim.behaviour.faults.lyingCharge
  const truth = fromMicro(chargedMicro)
  if (!lying || !sim.faults.strikes('lyingCharge', keys)) return truth
  return told(lying.as, truth, () => truth)
}

function told(lie: Lie, truth: number, stale: () => number): Amount {
  switch (lie) {
    case 'missing':
      return undefined
    case 'negative':
      return -truth - 1
    case 'absurd':
      return 1e15
    case 'text':
      return 'abc'
    case 'stale':
      return stale()
  }
}

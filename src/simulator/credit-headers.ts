import type { Lie } from './fault-types.ts'
import { fromMicro } from './micro-credits.ts'
import type { Simulation } from './simulation.ts'

/** What a reply says of credits: what the call cost and what is left, or a lie where one is armed. */
export function creditHeaders(sim: Simulation, chargedMicro: number, keys: readonly string[]): string[] {
  const { creditHeaders: wanted } = sim.behaviour
  const headers: string[] = []
  if (wanted.charged) push(headers, 'x-credits-charged', chargedSaid(sim, chargedMicro, keys))
  if (wanted.remaining) push(headers, 'x-credits-remaining', balanceSaid(sim, 'headers', keys))
  return headers
}

/** The balance as the vendor says it, in credits: the truth, or a lie, which may be no number or nothing at all. */
export function balanceSaid(sim: Simulation, on: 'headers' | 'account', keys: readonly string[]) {
  const lying = sim.behaviour.faults.lyingBalance
  const truth = sim.account.remaining
  if (!lying || !isToldOn(lying.on ?? 'headers', on) || !sim.faults.strikes('lyingBalance', keys)) return truth
  return told(lying.as, truth, () => staleBalance(sim, lying.staleBy ?? 1))
}

function chargedSaid(sim: Simulation, chargedMicro: number, keys: readonly string[]) {
  const lying = sim.behaviour.faults.lyingCharge
  const truth = fromMicro(chargedMicro)
  if (!lying || !sim.faults.strikes('lyingCharge', keys)) return truth
  return told(lying.as, truth, () => truth)
}

function isToldOn(liesOn: 'headers' | 'account' | 'both', on: 'headers' | 'account'): boolean {
  return liesOn === 'both' || liesOn === on
}

function staleBalance(sim: Simulation, entriesAgo: number): number {
  return fromMicro(sim.bill.remainingMicroAgo(entriesAgo) ?? sim.account.openingMicro)
}

function told(lie: Lie, truth: number, stale: () => number): number | string | undefined {
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

function push(headers: string[], name: string, value: number | string | undefined): void {
  if (value !== undefined) headers.push(name, String(value))
}

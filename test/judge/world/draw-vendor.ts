import type { Random } from '../random.ts'
import type { BalanceWorld, Faults, VendorWorld } from './world.ts'

const NO_FAULTS: Faults = {
  miss: 0,
  throttle: 0,
  error: 0,
  resetBefore: 0,
  resetAfter: 0,
  silence: 0,
  slow: 0,
  lateBill: 0,
  malformed: 0,
  nested: 0,
  huge: 0,
  wrongRecord: 0,
  wrongShape: 0,
}

/** Trouble that keeps nobody waiting for long, so that there may be much of it. */
const PATIENT: readonly (keyof Faults)[] = ['lateBill', 'malformed', 'nested', 'wrongRecord', 'wrongShape']

export function drawVendor(random: Random, records: number): VendorWorld {
  const form = random.pick(['single', 'single', 'by-position', 'by-key'] as const)
  const maxRecords = form === 'single' ? 1 : random.pick([2, 5, 10])
  const cost = drawCost(random)
  const limited = random.chance(0.3)
  const faults = drawFaults(random)
  const jobMs = random.chance(0.15) ? random.pick([0, 200, 1_500]) : null
  return {
    form,
    maxRecords,
    omitMisses: random.chance(0.5),
    jobMs,
    latencyMs: random.pick([0, 5, 30, 100]),
    faults,
    limits: {
      maxConcurrent: limited ? random.pick([1, 2, 4, 8]) : null,
      perSecond: limited ? random.pick([null, 10, 30]) : null,
    },
    limitsTold: limited && random.chance(0.6),
    retryAfterSeconds: random.pick([null, 1, 2]),
    repeatCost: random.pick([null, 'same', 'zero', 'silent'] as const),
    cost,
    balance: drawBalance(random, records * cost.credits),
    timeoutMs: random.pick(isPrompt(faults) ? [1_000, 3_000, 6_000] : [1_000, 1_500, 3_000]),
  }
}

/** No call is waited for until patience ends, so that it may be long: a late bill comes long after a crash then. */
function isPrompt({ silence, slow }: Faults): boolean {
  return silence === 0 && slow === 0
}

function drawCost(random: Random): VendorWorld['cost'] {
  return {
    per: random.pick(['match', 'match', 'record', 'call'] as const),
    credits: random.pick([1, 1, 2, 0.5, 0.37]),
    told: random.chance(0.5),
  }
}

/** A few kinds of trouble at once, so that a world shows what they do together and still comes to an end. */
function drawFaults(random: Random): Faults {
  const faults: Record<keyof Faults, number> = { ...NO_FAULTS, miss: random.pick([0, 0.1, 0.4]) }
  const kinds = Object.keys(NO_FAULTS).filter((kind) => kind !== 'miss') as (keyof Faults)[]
  for (let count = random.pick([0, 1, 1, 2, 3]); count > 0; count -= 1) {
    const kind = random.pick(kinds)
    faults[kind] = random.pick(PATIENT.includes(kind) ? [0.05, 0.15, 0.4] : [0.02, 0.05, 0.15])
  }
  return faults
}

function drawBalance(random: Random, tableCost: number): BalanceWorld {
  const shown = random.pick(['header', 'endpoint', 'both', 'both', 'none'] as const)
  const others = shown !== 'none' && random.chance(0.25)
  const falseHeader = (shown === 'header' || shown === 'both') && random.chance(0.15)
  return {
    shown,
    credits: Math.max(5, Math.round(tableCost * random.pick([0.4, 0.8, 1.5, 4]))),
    lagMs: (shown === 'endpoint' || shown === 'both') && random.chance(0.15) ? random.pick([300, 1_500]) : 0,
    falseShare: falseHeader ? random.pick([0.02, 0.1]) : 0,
    falseWord: random.pick(['0', '-1', 'n/a'] as const),
    othersEvery: others ? random.pick([3, 7, 20]) : 0,
    othersCredits: others ? random.pick([0.5, 1, 3]) : 0,
  }
}

import type { Dialect } from '../../../src/store/sql.ts'
import type { Scene } from './stage.ts'

export interface NamedScene {
  readonly name: string
  readonly scene: Partial<Scene>
}

/**
 * Every combination of idempotency keys, cost, budget and what a call is: for one record, for some, or for some as a
 * job of the vendor's. The vendor's other habits alternate.
 */
export function scenesOn(dialect: Dialect): NamedScene[] {
  const named: NamedScene[] = []
  for (const keys of [true, false]) {
    for (const per of ['match', 'call'] as const) {
      for (const budget of ['remaining', 150] as const) {
        for (const call of CALLS) named.push(scene(named.length, { dialect, keys, per, budget, ...call }))
      }
    }
  }
  return named
}

const CALLS = [
  { perCall: 1, jobs: false },
  { perCall: 7, jobs: false },
  { perCall: 7, jobs: true },
]

/** Six scenes: what a call is, with keys and without, and each of the other choices three times. */
export function someScenesOn(dialect: Dialect): NamedScene[] {
  return scenesOn(dialect).filter((_, at) => [0, 8, 10, 13, 17, 21].includes(at))
}

type Choice = Pick<Scene, 'dialect' | 'keys' | 'budget' | 'perCall' | 'jobs'> & Pick<Scene['cost'], 'per'>

function scene(at: number, { per, ...choice }: Choice): NamedScene {
  const { keys, budget, perCall, jobs } = choice
  const together = jobs && at % 2 === 1
  const ofJobs = `jobs of ${perCall}${together ? ', asked after together,' : ''}`
  const calls = jobs ? ofJobs : perCall > 1 ? `bulk of ${perCall}` : 'single'
  const spends = budget === 'remaining' ? 'all but the reserve' : 'a fixed budget'
  return {
    name: `${keys ? 'keys' : 'no keys'}, ${calls} per ${per}, ${spends}`,
    scene: { ...choice, together, cost: { per, credits: per === 'call' ? 1.5 : 1 }, vendor: habits(at) },
  }
}

/** A vendor that knows most people, charges early or late, and in most of the scenes loses replies. */
function habits(at: number): Scene['vendor'] {
  return {
    latencyMs: { min: 5, max: 30 },
    jobMs: { min: 20, max: 600 },
    matchRate: 0.85,
    chargeAt: at % 2 === 0 ? 'arrival' : 'reply',
    faults: at % 3 === 0 ? {} : { resetAfter: { rate: 0.02 }, hang: { rate: 0.008 } },
    hangCharges: at % 4 >= 2,
  }
}

import type { Dialect } from '../../src/store/sql.ts'
import type { Scene } from './stage.ts'

export interface NamedScene {
  readonly name: string
  readonly scene: Partial<Scene>
}

/** Every combination of idempotency keys, cost, budget and records a call; the vendor's other habits alternate. */
export function scenesOn(dialect: Dialect): NamedScene[] {
  const named: NamedScene[] = []
  for (const keys of [true, false]) {
    for (const per of ['match', 'call'] as const) {
      for (const budget of ['remaining', 150] as const) {
        for (const perCall of [1, 7]) named.push(scene(named.length, { dialect, keys, per, budget, perCall }))
      }
    }
  }
  return named
}

/** Four scenes in which each of the choices is made twice. */
export function someScenesOn(dialect: Dialect): NamedScene[] {
  return scenesOn(dialect).filter((_, at) => [0, 7, 9, 14].includes(at))
}

type Choice = Pick<Scene, 'dialect' | 'keys' | 'budget' | 'perCall'> & Pick<Scene['cost'], 'per'>

function scene(at: number, { per, ...choice }: Choice): NamedScene {
  const { keys, budget, perCall } = choice
  const calls = perCall > 1 ? `bulk of ${perCall}` : 'single'
  const spends = budget === 'remaining' ? 'all but the reserve' : 'a fixed budget'
  return {
    name: `${keys ? 'keys' : 'no keys'}, ${calls} per ${per}, ${spends}`,
    scene: { ...choice, cost: { per, credits: per === 'call' ? 1.5 : 1 }, vendor: habits(at) },
  }
}

/** A vendor that knows most people, charges early or late, and in most of the scenes loses replies. */
function habits(at: number): Scene['vendor'] {
  return {
    latencyMs: { min: 5, max: 30 },
    matchRate: 0.85,
    chargeAt: at % 2 === 0 ? 'arrival' : 'reply',
    faults: at % 3 === 0 ? {} : { resetAfter: { rate: 0.02 }, hang: { rate: 0.008 } },
    hangCharges: at % 4 >= 2,
  }
}

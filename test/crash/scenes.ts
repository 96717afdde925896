import type { Dialect } from '../../src/store/sql.ts'
import type { Scene } from './stage.ts'

export interface NamedScene {
  readonly name: string
  readonly scene: Partial<Scene>
}

/** Every combination of idempotency keys, cost and budget; the vendor's other habits alternate. */
export function scenesOn(dialect: Dialect): NamedScene[] {
  const named: NamedScene[] = []
  for (const keys of [true, false]) {
    for (const per of ['match', 'call'] as const) {
      for (const budget of ['remaining', 150] as const) {
        const at = named.length
        named.push({
          name: `${keys ? 'keys' : 'no keys'}, per ${per}, ${budget === 'remaining' ? 'all but the reserve' : 'a fixed budget'}`,
          scene: { dialect, keys, cost: { per, credits: per === 'call' ? 1.5 : 1 }, budget, vendor: habits(at) },
        })
      }
    }
  }
  return named
}

/** A vendor that knows most people, charges early or late, and in half of the scenes loses replies. */
function habits(at: number): Scene['vendor'] {
  const loses = at % 4 === 1 || at % 4 === 2
  return {
    latencyMs: { min: 5, max: 30 },
    matchRate: 0.85,
    chargeAt: at % 2 === 0 ? 'arrival' : 'reply',
    faults: loses ? { resetAfter: { rate: 0.02 }, hang: { rate: 0.008 } } : {},
    hangCharges: at % 4 === 1,
  }
}

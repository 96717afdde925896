import { type Course, type Decider, type Done, drive } from './drive.ts'
import { type Figures, knowing, Meter, together } from './measure.ts'
import { Ours } from './ours.ts'
import { randomFrom } from './random.ts'
import { Fixed, Gradient2, PlainAimd, Vegas } from './rivals.ts'
import type { Scenario, Target } from './scenario.ts'

/** The ceiling that all are told, and nothing else. */
export const CEILING = 200

export interface Contender {
  readonly name: string
  readonly make: (scenario: Scenario, seed: number) => Decider
}

export const OURS: Contender = { name: 'spenddown', make: ({ configured }) => new Ours(CEILING, configured) }
/** What one reaches who knows the vendor at every instant. */
export const BOUND: Contender = { name: 'knowing it all', make: (scenario) => knowing(scenario) }
export const RIVALS: readonly Contender[] = [
  { name: 'one at a time', make: () => new Fixed(1) },
  { name: 'fixed 8', make: () => new Fixed(8) },
  { name: 'fixed 32', make: () => new Fixed(32) },
  { name: 'fixed 128', make: () => new Fixed(128) },
  { name: 'plain AIMD', make: () => new PlainAimd(CEILING) },
  { name: 'Gradient2', make: () => new Gradient2(CEILING) },
  { name: 'Vegas', make: (_, seed) => new Vegas(CEILING, randomFrom(seed + 7_919)) },
]

export function courseOf(scenario: Scenario, contender: Contender, seed: number, seen: (done: Done) => void): Course {
  const { ms, changes = [] } = scenario
  return drive(contender.make(scenario, seed), scenario.model, { seed, ms, instants: changes }, seen)
}

export function figuresOf(scenario: Scenario, contender: Contender, seed: number): Figures {
  const meter = new Meter(scenario)
  return meter.figures(courseOf(scenario, contender, seed, (done) => meter.seen(done)))
}

/** The figures of one contender over seeds 1 to `seeds`. */
export function figures(scenario: Scenario, contender: Contender, seeds: number): Figures {
  return together(Array.from({ length: seeds }, (_, i) => figuresOf(scenario, contender, i + 1)))
}

/** Null: the target is met. */
export function missed({ figure, atLeast, atMost }: Target, figures: Figures): string | null {
  const value = figures[figure] ?? Number.NaN
  if (atLeast !== undefined && !(value >= atLeast)) return `${figure} is ${value}, at least ${atLeast} is wanted`
  if (atMost !== undefined && !(value <= atMost)) return `${figure} is ${value}, at most ${atMost} is wanted`
  return null
}

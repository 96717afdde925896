import { lognormal } from './random.ts'
import type { VendorModel } from './vendor.ts'

/** A situation, and what a pace must reach in it. Instants and durations in ms. */
export interface Scenario {
  readonly name: string
  readonly title: string
  readonly model: VendorModel
  readonly ms: number
  /** Goodput and latency count from here on. */
  readonly from: number
  /** When the vendor changes; recovery is timed from the last of them. */
  readonly changes?: readonly number[]
  /** The vendor's true capacity, calls a ms. */
  readonly capacity: (at: number) => number
  /** What an operator who knew everything would set; concurrency 0: none. */
  readonly truth: (at: number) => { readonly concurrency: number; readonly perSecond?: number }
  /** Seeds in the page, of ours and of each rival. */
  readonly seeds: number
  readonly rivalSeeds: number
  /** What the config says of the rate, calls a second. */
  readonly configured?: number
  readonly targets: readonly Target[]
}

/** A figure of ours, and the bound that it must keep. */
export interface Target {
  readonly figure: 'goodput' | 'slowdown' | 'throttled' | 'collapses' | 'to90Ms' | 'recoverMs' | 'sentInto' | 'lost'
  readonly atLeast?: number
  readonly atMost?: number
}

const around = (mean: number) => (_at: number, random: () => number) => mean * (0.9 + 0.2 * random())
const constant =
  <T>(value: T) =>
  (_at?: number): T =>
    value

function slotted(slots: (at: number) => number, mean: (at: number) => number) {
  return {
    model: {
      slots,
      serviceMs: (at: number, random: () => number) => mean(at) * (0.9 + 0.2 * random()),
      meanServiceMs: mean,
    },
    capacity: (at: number) => slots(at) / mean(at),
    truth: (at: number) => ({ concurrency: Math.ceil(slots(at) * (1 + 2 / mean(at))) }),
  }
}

const SIXTEEN = slotted(constant(16), constant(40))
const FREE = { slots: constant(Number.POSITIVE_INFINITY), serviceMs: around(40), meanServiceMs: constant(40) }

function limited(windows: NonNullable<VendorModel['windows']>, says: NonNullable<VendorModel['says']>) {
  const perMs = Math.min(...windows.map(({ calls, ms }) => calls / ms))
  return {
    model: { ...FREE, windows, says },
    capacity: constant(perMs),
    truth: () => ({ concurrency: 200, perSecond: perMs * 1000 * 0.999 }),
  }
}

const halved = slotted((at) => (at >= 30_000 && at < 90_000 ? 8 : 16), constant(40))
const drifting = slotted(constant(16), (at) => 40 * (1 + (2 * at) / 3_600_000))

function outage(how: '503' | 'hang' | 'both'): Scenario {
  const [from, to] = [20_000, 80_000]
  return {
    name: `outage-${how}`,
    title: `outage of 60 s, ${how === 'both' ? '503s and hangs by turns' : how === 'hang' ? 'hangs' : 'fast 503s'}`,
    ...SIXTEEN,
    model: { ...SIXTEEN.model, outage: { from, to, how } },
    capacity: (at) => (at >= from && at < to ? 0 : SIXTEEN.capacity(at)),
    truth: (at) => (at >= from && at < to ? { concurrency: 0 } : SIXTEEN.truth(at)),
    ms: 110_000,
    from: 5_000,
    changes: [from, to],
    seeds: 100,
    rivalSeeds: 5,
    targets: [
      { figure: 'sentInto', atMost: 29 },
      { figure: 'recoverMs', atMost: 10_000 },
    ],
  }
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'steady',
    title: '16 slots, 40 ms',
    ...SIXTEEN,
    ms: 30_000,
    from: 5_000,
    seeds: 200,
    rivalSeeds: 20,
    targets: [
      { figure: 'goodput', atLeast: 0.95 },
      { figure: 'slowdown', atMost: 1.5 },
    ],
  },
  {
    name: 'fragile',
    title: 'the same, falls over above 64 at once',
    ...SIXTEEN,
    model: { ...SIXTEEN.model, collapse: { above: 64, ms: 3_000, billedShare: 0.5 } },
    ms: 30_000,
    from: 5_000,
    seeds: 1_000,
    rivalSeeds: 20,
    targets: [
      { figure: 'collapses', atMost: 0 },
      { figure: 'goodput', atLeast: 0.9 },
    ],
  },
  {
    name: 'rate',
    title: '100 a second, told by 429 alone',
    ...limited([{ calls: 100, ms: 1_000 }], 'nothing'),
    ms: 120_000,
    from: 10_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [
      { figure: 'goodput', atLeast: 0.97 },
      { figure: 'throttled', atMost: 0.01 },
    ],
  },
  {
    name: 'rate-retry-after',
    title: '100 a second, 429 with Retry-After in whole seconds',
    ...limited([{ calls: 100, ms: 1_000 }], 'retry-after'),
    ms: 120_000,
    from: 10_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [
      { figure: 'goodput', atLeast: 0.97 },
      { figure: 'throttled', atMost: 0.01 },
    ],
  },
  {
    name: 'rate-headers',
    title: '100 a second, told in headers',
    ...limited([{ calls: 100, ms: 1_000 }], 'headers'),
    ms: 120_000,
    from: 10_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [
      { figure: 'goodput', atLeast: 0.97 },
      { figure: 'throttled', atMost: 0.001 },
    ],
  },
  {
    name: 'rate-configured',
    title: '100 a second, configured',
    ...limited([{ calls: 100, ms: 1_000 }], 'nothing'),
    configured: 100,
    ms: 120_000,
    from: 10_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [
      { figure: 'goodput', atLeast: 0.97 },
      { figure: 'throttled', atMost: 0.001 },
    ],
  },
  {
    name: 'windows',
    title: '20 a second and 600 a minute, told by 429 alone',
    ...limited(
      [
        { calls: 20, ms: 1_000 },
        { calls: 600, ms: 60_000 },
      ],
      'nothing',
    ),
    ms: 900_000,
    from: 60_000,
    seeds: 50,
    rivalSeeds: 5,
    targets: [
      { figure: 'goodput', atLeast: 0.97 },
      { figure: 'throttled', atMost: 0.01 },
    ],
  },
  {
    name: 'halved',
    title: 'capacity halves for 60 s; falls over above 64',
    ...halved,
    model: { ...halved.model, collapse: { above: 64, ms: 3_000, billedShare: 0.5 } },
    ms: 120_000,
    from: 5_000,
    changes: [30_000, 90_000],
    seeds: 100,
    rivalSeeds: 10,
    targets: [
      { figure: 'recoverMs', atMost: 5_000 },
      { figure: 'collapses', atMost: 0 },
    ],
  },
  {
    name: 'drift',
    title: 'unloaded latency drifts to three times in an hour',
    ...drifting,
    ms: 3_600_000,
    from: 5_000,
    seeds: 2,
    rivalSeeds: 1,
    targets: [
      { figure: 'goodput', atLeast: 0.95 },
      { figure: 'slowdown', atMost: 1.5 },
    ],
  },
  {
    name: 'heavy-tail',
    title: '1 % of calls ten times slower',
    model: {
      slots: constant(16),
      serviceMs: (_at, random) => (random() < 0.01 ? 400 : 40) * (0.9 + 0.2 * random()),
      meanServiceMs: constant(43.6),
    },
    capacity: constant(16 / 43.6),
    truth: constant({ concurrency: 17 }),
    ms: 60_000,
    from: 5_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [{ figure: 'goodput', atLeast: 0.95 }],
  },
  {
    name: 'noisy',
    title: 'lognormal latency, half its mean apart',
    model: {
      slots: constant(16),
      serviceMs: (_at, random) => lognormal(random, 40, 0.5),
      meanServiceMs: constant(40),
    },
    capacity: constant(16 / 40),
    truth: constant({ concurrency: 17 }),
    ms: 60_000,
    from: 5_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [
      { figure: 'goodput', atLeast: 0.9 },
      { figure: 'slowdown', atMost: 1.75 },
    ],
  },
  outage('503'),
  outage('hang'),
  outage('both'),
  {
    name: 'lone-queue',
    title: 'one slot: a second call waits for the first',
    ...slotted(constant(1), constant(40)),
    ms: 60_000,
    from: 5_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [{ figure: 'goodput', atLeast: 0.9 }],
  },
  {
    name: 'lone-429',
    title: 'one at a time: a second call gets 429',
    ...slotted(constant(1), constant(40)),
    model: { slots: constant(1), serviceMs: around(40), meanServiceMs: constant(40), refusesAbove: 1 },
    truth: constant({ concurrency: 1 }),
    ms: 120_000,
    from: 10_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [{ figure: 'goodput', atLeast: 0.9 }],
  },
  {
    name: 'lone-collapse',
    title: 'one at a time: falls over for 3 s at a second call',
    ...slotted(constant(1), constant(40)),
    model: {
      slots: constant(1),
      serviceMs: around(40),
      meanServiceMs: constant(40),
      collapse: { above: 1, ms: 3_000, billedShare: 0.5 },
    },
    truth: constant({ concurrency: 1 }),
    ms: 600_000,
    from: 10_000,
    seeds: 50,
    rivalSeeds: 5,
    targets: [{ figure: 'goodput', atLeast: 0.9 }],
  },
  {
    name: 'unwarned',
    title: 'no queue to be felt: falls over above 30 at once',
    model: { ...FREE, collapse: { above: 30, ms: 3_000, billedShare: 0.5 } },
    capacity: constant(30 / 42),
    truth: constant({ concurrency: 30 }),
    ms: 600_000,
    from: 10_000,
    seeds: 20,
    rivalSeeds: 3,
    targets: [{ figure: 'goodput', atLeast: 0.75 }],
  },
  {
    name: 'failing',
    title: '16 slots, 40 ms; 2 % of calls fail by themselves',
    ...SIXTEEN,
    model: { ...SIXTEEN.model, failing: 0.02 },
    capacity: (at) => SIXTEEN.capacity(at) * 0.98,
    ms: 60_000,
    from: 5_000,
    seeds: 100,
    rivalSeeds: 10,
    targets: [{ figure: 'goodput', atLeast: 0.9 }],
  },
]

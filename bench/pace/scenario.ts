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

export const around = (mean: number) => (_at: number, random: () => number) => mean * (0.9 + 0.2 * random())
export const constant =
  <T>(value: T) =>
  (_at?: number): T =>
    value

/** Slots, a mean service time, and what follows from them. */
export function slotted(slots: (at: number) => number, mean: (at: number) => number) {
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

export const SIXTEEN = slotted(constant(16), constant(40))
export const FREE = { slots: constant(Number.POSITIVE_INFINITY), serviceMs: around(40), meanServiceMs: constant(40) }

/** As many slots as one likes, and windows. */
export function limited(windows: NonNullable<VendorModel['windows']>, says: NonNullable<VendorModel['says']>) {
  const perMs = Math.min(...windows.map(({ calls, ms }) => calls / ms))
  return {
    model: { ...FREE, windows, says },
    capacity: constant(perMs),
    truth: () => ({ concurrency: 200, perSecond: perMs * 1000 * 0.999 }),
  }
}

export const halved = slotted((at) => (at >= 30_000 && at < 90_000 ? 8 : 16), constant(40))
export const drifting = slotted(constant(16), (at) => 40 * (1 + (2 * at) / 3_600_000))

export function outage(how: '503' | 'hang' | 'both'): Scenario {
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
    seeds: 50,
    rivalSeeds: 2,
    targets: [
      { figure: 'sentInto', atMost: 29 },
      { figure: 'recoverMs', atMost: 10_000 },
    ],
  }
}

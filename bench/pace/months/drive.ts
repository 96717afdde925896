import { Spreading } from '../../../src/pacing/spreading.ts'
import { spreadOf } from '../../../src/refresh/open/spread-work.ts'
import type { Month } from './month.ts'
import { STEP_MS } from './month.ts'

/** What whoever paces is told at a step. */
export interface Sight {
  readonly leftMs: number
  readonly wholeMs: number
  readonly creditsLeft: number
  readonly tried: number
  readonly spent: number
  /** Calls a second that the vendor is known to bear; null: nothing came back yet. */
  readonly borne: number | null
  readonly well: boolean
  readonly at: number
}

/** Calls a second at the most; null: as fast as the vendor bears. */
export type Pacer = (sight: Sight) => number | null

export interface Ended {
  readonly left: number
  /** Of the time until the deadline, how much was left when the last credit was spent; 0: none. */
  readonly spare: number
  /** What the fastest twentieth of the time begins at, and the mean, as a share of what the vendor could have served. */
  readonly busiest: number
  readonly mean: number
  /** Rate over time, calls a second, one a step. */
  readonly course: readonly number[]
}

/** How fast the controller finds what the vendor bears, from nothing and from what was kept: shares of it a step. */
const RAMP = 0.5
const KNOWN_AFTER_CRASH = 0.5
const KNOWN_AT_START = 1 / 16

/** A month, step by step. `newPacer` is asked again after each crash: what a process knew is gone. */
export function drive(month: Month, newPacer: () => Pacer): Ended {
  let pacer = newPacer()
  let [tried, spent, known, creditsLeft] = [0, 0, KNOWN_AT_START, month.credits]
  let [busy, served, spare] = [0, 0, 0]
  const shares: number[] = []
  const course: number[] = []
  for (let ms = 0; ms < month.leftMs; ms += STEP_MS) {
    const within = (at: number) => at >= ms && at < ms + STEP_MS
    for (const { at, credits } of month.takings) if (within(at)) creditsLeft = Math.max(0, creditsLeft - credits)
    if (month.crashes.some(within)) {
      pacer = newPacer()
      known = Math.min(known, KNOWN_AFTER_CRASH)
    }
    const can = month.capacity(ms)
    if (creditsLeft < 1) {
      spare = 1 - ms / month.leftMs
      break
    }
    const borne = tried === 0 ? null : known * can
    const told = {
      leftMs: month.leftMs - ms,
      wholeMs: month.leftMs,
      creditsLeft: Math.floor(creditsLeft),
      tried,
      spent,
      at: ms,
    }
    const allowed = pacer({ ...told, borne, well: can > 0 })
    if (allowed === null) known = Math.min(1, known + RAMP * (1 - known) + 0.02)
    const calls = Math.min(
      (Math.min(allowed ?? can, can) * STEP_MS) / 1_000,
      creditsLeft / month.match(ms / month.leftMs),
    )
    const credits = calls * month.match(ms / month.leftMs)
    tried += calls
    spent += credits
    creditsLeft -= credits
    served += calls
    busy += (can * STEP_MS) / 1_000
    course.push(calls / (STEP_MS / 1_000))
    if (can > 0) shares.push(calls / ((can * STEP_MS) / 1_000))
  }
  shares.sort((a, b) => a - b)
  const busiest = shares[Math.floor(shares.length * 0.95)] ?? 0
  return { left: creditsLeft, spare, busiest, mean: busy === 0 ? 0 : served / busy, course }
}

export const CONTENDERS: Readonly<Record<string, () => Pacer>> = {
  "spenddown, pace: 'steady'": () => {
    const spreading = new Spreading()
    return ({ leftMs, wholeMs, creditsLeft, tried, spent, borne, well, at }) => {
      const spread = spreadOf({
        tried,
        spent,
        creditsLeft,
        recordsLeft: Infinity,
        each: 1,
        perCall: 1,
        leftMs,
        wholeMs,
      })
      spreading.look(spread, { borne, well, at })
      return spreading.perSecond
    }
  },
  "spenddown, pace: 'fast'": () => () => null,
  'evenly over the time': () => even(1),
  'evenly, a tenth kept back': () => even(0.9),
}

/** What is left, over the time that is left; the share that matches is taken as it was until now. */
function even(part: number): Pacer {
  return ({ leftMs, creditsLeft, tried, spent }) => {
    const share = (spent + 1) / (tried + 1)
    return (creditsLeft / share / (leftMs * part)) * 1_000
  }
}

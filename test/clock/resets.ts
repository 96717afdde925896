import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock as vendorClock } from '../../src/simulator/clock.ts'
import type { Changes } from '../integration/support/config.ts'
import type { Stage } from '../integration/support/stage.ts'
import { farCycle } from '../support/far-cycle.ts'

/** The vendor's reset comes so long after its balance is first asked for, however slow the machine is until then. */
export interface Reset {
  /** Epoch ms; 0 until then. */
  at: number
}

/** A cycle that the vendor ends; the one after it is far away. */
export function until(stage: Stage, inMs: number, changes: Changes = {}): { reset: Reset; config: Changes } {
  const reset: Reset = { at: 0 }
  const resetsAt = () => {
    if (reset.at === 0) {
      reset.at = Date.now() + inMs
      stage.vendor.behave({ resetAt: reset.at })
    }
    return new Date(reset.at)
  }
  const cycle = { ...farCycle(), resetsAt }
  return { reset, config: { ...changes, credits: { ...changes.credits, cycle } } }
}

/** What was charged from the instant on, and when the last charge before it was. */
export function charges({ vendor }: Stage, resetAt: number) {
  const lookups = vendor.bill.entries().filter(({ kind }) => kind === 'lookup')
  const before = lookups.filter(({ at }) => at < resetAt)
  return { before: before.length, after: lookups.length - before.length, lastAt: before.at(-1)?.at ?? 0 }
}

export async function reached(resetAt: number): Promise<void> {
  while (vendorClock.now() < resetAt) await sleep(5)
}

import { fractionOf } from '../random.ts'
import type { Faults } from '../world/world.ts'

export type Fault = Exclude<keyof Faults, 'miss'>

const ORDER: readonly Fault[] = [
  'throttle',
  'error',
  'resetBefore',
  'resetAfter',
  'silence',
  'slow',
  'lateBill',
  'malformed',
  'nested',
  'huge',
  'wrongRecord',
  'wrongShape',
]

/** What goes wrong with a record's so-manieth call; the seed, the record and the attempt decide. */
export function faultOf(faults: Faults, seed: number, record: string, attempt: number): Fault | null {
  let left = fractionOf(seed, 'fault', record, attempt)
  for (const fault of ORDER) {
    if (left < faults[fault]) return fault
    left -= faults[fault]
  }
  return null
}

/** Whether the vendor knows nothing of a record: the same each time that it is asked. */
export function isMiss(faults: Faults, seed: number, record: string): boolean {
  return fractionOf(seed, 'miss', record) < faults.miss
}

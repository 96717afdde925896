/** When a run of an account must begin, epoch ms (null: nothing would be lost, or nobody knows), and what is at stake. */
export interface Stake {
  readonly latestSafeStart: number | null
  /** Credits, in any unit that is the same for all; null: not known. */
  readonly atStake: number | null
}

const SLOT_MS = 10 * 60_000
const SLOTS = 2 ** 22
const LEVELS = 2 ** 9
/** Levels a power of two: what loses more by a tenth is told apart. */
const FINENESS = 8

/**
 * The order of accounts that wait, as one whole number below 2^31; higher goes first: whose latest safe start comes first,
 * within ten minutes, and of those the one that would lose most. As time passes, each account becomes the first some day.
 */
export function urgencyOf({ latestSafeStart, atStake }: Stake): number {
  const slot = latestSafeStart === null ? SLOTS - 1 : Math.floor(latestSafeStart / SLOT_MS)
  const level = atStake === null || atStake <= 0 ? 0 : Math.floor(Math.log2(atStake + 1) * FINENESS)
  return (SLOTS - 1 - clamp(slot, SLOTS)) * LEVELS + clamp(level, LEVELS)
}

function clamp(value: number, below: number): number {
  return Math.min(Math.max(value, 0), below - 1)
}

const FIRST_MS = 1_000
const LONGEST_MS = 60_000

/** How long an item waits before its next attempt, ms: exponential with full jitter. `attempts`: those made so far. */
export function retryDelayMs(attempts: number, random: () => number): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 16))
}

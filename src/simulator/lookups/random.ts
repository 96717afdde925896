/** Draws the next number, 0 <= n < 1. */
export type Random = () => number

const TWO_TO_THE_32 = 4_294_967_296

/** Spreads every input bit over all 32 bits (the finaliser of MurmurHash3). */
export function scramble(bits: number): number {
  let h = bits
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A 32-bit hash of a text (FNV-1a, then scrambled); another seed is another hash. */
export function hash32(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ scramble(seed)) >>> 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return scramble(h)
}

/** A number 0 <= n < 1, always the same for the same seed, purpose and key. */
export function fixedShare(seed: number, purpose: string, key: string): number {
  return hash32(key, hash32(purpose, seed)) / TWO_TO_THE_32
}

/** A seeded sequence of numbers 0 <= n < 1 (mulberry32), one for each purpose: a new fault does not change latencies. */
export function randomStream(seed: number, purpose: string): Random {
  let state = hash32(purpose, seed)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / TWO_TO_THE_32
  }
}

/** The 99th percentile of the standard normal distribution. */
const Z_99 = 2.326_347_874

/** In ms: fixed, evenly spread, or lognormal by its median and its 99th percentile. */
export type Latency = number | { min: number; max: number } | { median: number; p99: number }

export function drawLatencyMs(latency: Latency, random: Random): number {
  if (typeof latency === 'number') return latency
  if ('min' in latency) return latency.min + (latency.max - latency.min) * random()
  const sigma = Math.log(latency.p99 / latency.median) / Z_99
  return latency.median * Math.exp(sigma * drawNormal(random))
}

/** Box-Muller. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

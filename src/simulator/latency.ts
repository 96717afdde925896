import type { Latency } from './behaviour.ts'
import type { Random } from './random.ts'

/** The 99th percentile of the standard normal distribution. */
const Z_99 = 2.326_347_874

/** Draws one latency, in milliseconds. */
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

import type { Answer, Lookup } from './answer.ts'
import { type Exchange, send } from './delivery.ts'
import { rateLimitHeaders } from './rate-headers.ts'
import type { Reply } from './replies.ts'
import type { Simulation } from './simulation.ts'

/** A lookup that came over HTTP. */
export type Call = Lookup & Exchange

/** Sends a call its reply, and counts it. */
export function reply(sim: Simulation, call: Call, whole: Reply): void {
  const { rateHeaders } = sim.behaviour
  if (rateHeaders !== 'none') whole.headers.push(...rateLimitHeaders(rateHeaders, sim.limits.inForce, sim.clock.now()))
  if (send(call, whole)) sim.stats.replied(whole.status)
}

/** Keeps what was answered under the call's key, before it is sent: a reply lost on its way can be asked for again. */
export function settleKey(sim: Simulation, call: Call, answer: Answer | undefined): void {
  if (call.idempotencyKey === undefined) return
  if (answer) sim.idempotency.keep(call.idempotencyKey, answer)
  else sim.idempotency.release(call.idempotencyKey)
}

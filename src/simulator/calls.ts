import type { Answer } from './answer.ts'
import { type Call, reply } from './call.ts'
import { refuseWhileDown } from './collapse.ts'
import { creditsSaid } from './credits-said.ts'
import { answerReply, errorReply, retryAfterHeader } from './replies.ts'
import { serve } from './service.ts'
import type { Simulation } from './simulation.ts'

/** Takes a call from its arrival to its end: limits, then the idempotency key, then service. */
export function handleCall(sim: Simulation, call: Call): void {
  const nowAt = sim.clock.now()
  sim.stats.callArrived(call.keys.length, nowAt)
  // A client that has left by now has had its close already.
  if (call.res.destroyed) sim.stats.callClosed()
  else call.res.once('close', () => sim.stats.callClosed())
  sim.outside.callArrived()
  const waitMs = sim.limits.admit(nowAt)
  if (waitMs > 0) {
    throttle(sim, call, waitMs, nowAt)
    return
  }
  sim.capacity.callArrived()
  if (sim.behaviour.idempotency && call.idempotencyKey !== undefined) serveByKey(sim, call, call.idempotencyKey)
  else serve(sim, call)
}

function throttle(sim: Simulation, call: Call, waitMs: number, nowAt: number): void {
  sim.stats.count('throttled')
  const headers = retryAfterHeader(sim.behaviour.retryAfter, waitMs, nowAt)
  reply(sim, call, errorReply(sim, 429, 'too_many_requests', 'Slow down.', headers))
}

function serveByKey(sim: Simulation, call: Call, key: string): void {
  const claim = sim.idempotency.claim(key, call.keys, () => serveByKey(sim, call, key))
  if (claim.is === 'first') serve(sim, call)
  if (claim.is === 'stored') replay(sim, call, claim.stored)
  if (claim.is === 'mismatch') {
    sim.stats.count('keyMismatches')
    reply(sim, call, errorReply(sim, 422, 'idempotency_mismatch', 'This key was used for other records.'))
  }
}

/** Gives a kept answer again, untouched by faults: it is not charged again, so nothing new can be lost with it. */
function replay(sim: Simulation, call: Call, answer: Answer): void {
  if (sim.capacity.isDown) {
    refuseWhileDown(sim, call)
    return
  }
  sim.stats.count('replayed')
  const said = creditsSaid(sim, answer.chargedMicro, call.keys)
  reply(sim, call, answerReply(sim, answer, said, ['idempotent-replayed', 'true']))
}

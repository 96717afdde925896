import type { Behaviour } from '../behaviour.ts'
import {
  breakOff,
  type Call,
  failInCollapse,
  isThrottled,
  refuseWhileDown,
  reply,
  sendTruncated,
  settleKey,
} from '../call.ts'
import { accountSaid, creditsSaid } from '../credits-said.ts'
import { Refusal } from '../dialects/dialect.ts'
import { type CallFaultName, type FaultEffect, faultEffects } from '../faults/faults.ts'
import { takeJob } from '../jobs/jobs.ts'
import { lookUp } from '../lookups/lookup.ts'
import type { Simulation } from '../simulation.ts'
import type { Answer } from './answer.ts'
import { answerReply, errorReply, jsonOf, type Reply, refusalReply, retryAfterHeader } from './replies.ts'

/** Takes a call from its arrival to its end: limits, then the idempotency key, then service. */
export function handleCall(sim: Simulation, call: Call): void {
  sim.stats.callArrived(call.keys.length, sim.clock.now())
  // Of a client that has left already, there is no close to wait for.
  if (call.res.destroyed) sim.stats.callClosed()
  else call.res.once('close', () => sim.stats.callClosed())
  sim.outside.callArrived()
  if (isThrottled(sim, call)) return
  sim.capacity.callArrived()
  if (sim.behaviour.idempotency && call.idempotencyKey !== undefined) serveByKey(sim, call, call.idempotencyKey)
  else serve(sim, call)
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

/** Sends a kept answer again, at no cost and without faults. */
function replay(sim: Simulation, call: Call, answer: Answer): void {
  if (sim.capacity.isDown) {
    refuseWhileDown(sim, call)
    return
  }
  sim.stats.count('replayed')
  const said = creditsSaid(sim, answer.chargedMicro, call.keys)
  reply(sim, call, answerReply(sim, answer, said, ['idempotent-replayed', 'true']))
}

type Struck = { fault: CallFaultName; effect: FaultEffect } | undefined

/** Faults of a bulk call that strike single records of it. */
const LEFT_TO_ITEMS: Record<Behaviour['bulkBadItems'], readonly CallFaultName[]> = {
  item: ['badRequest', 'unprocessable', 'legalBlock'],
  whole: ['legalBlock'],
}

/** The charge before or after the latency, then the reply or the fault. */
function serve(sim: Simulation, call: Call): void {
  if (sim.capacity.isDown) {
    failInCollapse(sim, call, undefined)
    return
  }
  const struck = strike(sim, call)
  const early = sim.behaviour.chargeAt === 'arrival' ? charge(sim, call, struck) : undefined
  if (early === 'too few credits') {
    refuseForCredits(sim, call)
    return
  }
  const collapses = sim.capacity.collapses
  sim.capacity.serve(sim.latencyMs, () => {
    if (sim.capacity.collapses === collapses) finish(sim, call, struck, early ?? charge(sim, call, struck))
    else failInCollapse(sim, call, early)
  })
}

function strike(sim: Simulation, call: Call): Struck {
  const leftToItems = call.bulk ? LEFT_TO_ITEMS[sim.behaviour.bulkBadItems] : undefined
  const fault = sim.faults.pick(call.keys, leftToItems)
  return fault && { fault, effect: faultEffects[fault] }
}

/** Looks up and charges; `undefined` where a fault strikes before the charge. */
function charge(sim: Simulation, call: Call, struck: Struck): Answer | 'too few credits' | undefined {
  if (struck && !isCharged(sim, struck.effect)) return undefined
  const does = struck?.effect.does
  const body = struck?.effect.does === 'spoil' ? struck.effect.body : 'good'
  const served = does === 'spoil' || does === 'truncate' ? 'found whatever happens' : 'as known'
  const look = () => lookUp(sim, call, body, served)
  return (call.job ? takeJob(sim, call, look) : look()) ?? 'too few credits'
}

function isCharged(sim: Simulation, effect: FaultEffect): boolean {
  if (effect.does === 'refuse') return false
  if (effect.does === 'break') return effect.charges
  return effect.does !== 'hang' || sim.behaviour.hangCharges
}

function finish(sim: Simulation, call: Call, struck: Struck, answer: ReturnType<typeof charge>): void {
  if (answer === 'too few credits') {
    refuseForCredits(sim, call)
    return
  }
  settleKey(sim, call, answer)
  const isLost = struck !== undefined || call.res.destroyed
  if (answer && answer.chargedMicro > 0 && isLost) sim.stats.count('chargedUnanswered')
  if (struck) fail(sim, call, struck, answer)
  else if (answer) reply(sim, call, goodReply(sim, call, answer))
}

function fail(sim: Simulation, call: Call, { fault, effect }: NonNullable<Struck>, answer: Answer | undefined): void {
  if (effect.does === 'refuse') reply(sim, call, refusal(sim, fault, effect.status))
  if (effect.does === 'break') breakOff(call)
  if (effect.does === 'truncate' && answer) sendTruncated(call, goodReply(sim, call, answer), sim.dialect.jsonType)
  if (effect.does === 'spoil' && answer) reply(sim, call, goodReply(sim, call, answer))
}

function goodReply(sim: Simulation, call: Call, answer: Answer): Reply {
  return answerReply(sim, answer, creditsSaid(sim, answer.chargedMicro, call.keys))
}

function refusal(sim: Simulation, fault: CallFaultName, status: number): Reply {
  const { faults, retryAfter } = sim.behaviour
  const waitMs = fault === 'error429' || fault === 'error503' ? faults[fault]?.retryAfterMs : undefined
  const headers = waitMs === undefined ? [] : retryAfterHeader(retryAfter, waitMs, sim.clock.now())
  return errorReply(sim, status, fault, 'The simulated vendor was told to fail so.', headers)
}

function refuseForCredits(sim: Simulation, call: Call): void {
  settleKey(sim, call, undefined)
  sim.stats.count('outOfCredits')
  const { status, body } = sim.behaviour.outOfCredits
  const { dialect } = sim
  const headers = dialect.headers?.(creditsSaid(sim, 0, call.keys), status) ?? []
  // Words that somebody else has chosen stay as they are.
  const isOwn = body === dialect.behaviour.outOfCredits.body
  const said = (isOwn && dialect.outOfCredits?.(accountSaid(sim, sim.account.remaining))) || body
  if (said instanceof Refusal) {
    reply(sim, call, refusalReply(sim, said.status, said.body, said.headers))
    return
  }
  reply(sim, call, { status, type: 'json', body: jsonOf(said), headers })
}

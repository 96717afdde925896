import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, Lookup } from './http/answer.ts'
import { errorReply, type Reply, retryAfterHeader } from './http/replies.ts'
import { rateLimitHeaders } from './limits/rate-windows.ts'
import { lookUp } from './lookups/lookup.ts'
import type { Simulation } from './simulation.ts'

export type Exchange = { req: IncomingMessage; res: ServerResponse }

const contentTypes = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  text: 'text/plain; charset=utf-8',
} as const

/** False where the client has gone. */
export function send({ res }: Exchange, reply: Reply, jsonType?: string): boolean {
  if (res.destroyed || res.headersSent) return false
  res.writeHead(reply.status, headersOf(reply, jsonType))
  res.end(reply.body)
  return true
}

/** Announces the whole reply, sends half of it and ends the connection. */
export function sendTruncated({ req, res }: Exchange, reply: Reply, jsonType?: string): void {
  if (res.destroyed || res.headersSent) return
  res.writeHead(reply.status, headersOf(reply, jsonType))
  res.write(reply.body.slice(0, reply.body.length / 2), () => req.socket.destroySoon())
}

export function breakOff({ req }: Exchange): void {
  if (!req.socket.destroyed) req.socket.resetAndDestroy()
}

function headersOf(reply: Reply, jsonType: string = contentTypes.json): string[] {
  const length = String(Buffer.byteLength(reply.body))
  const type = reply.type === 'json' ? jsonType : contentTypes[reply.type]
  return ['content-type', type, 'content-length', length, ...reply.headers]
}

export type Call = Lookup & Exchange

export function reply(sim: Simulation, call: Call, whole: Reply): void {
  const { rateHeaders } = sim.behaviour
  const { inForce } = sim.limits
  if (rateHeaders === 'none')
    whole.headers.push(...(sim.dialect.limitHeaders?.(inForce, sim.clock.now(), whole.status) ?? []))
  else whole.headers.push(...rateLimitHeaders(rateHeaders, inForce, sim.clock.now()))
  if (send(call, whole, sim.dialect.jsonType)) sim.stats.replied(whole.status)
}

/** Keeps the answer by the call's idempotency key, before it is sent: a lost reply can be asked for again. */
export function settleKey(sim: Simulation, call: Call, answer: Answer | undefined): void {
  if (call.idempotencyKey === undefined) return
  if (answer) sim.idempotency.keep(call.idempotencyKey, answer)
  else sim.idempotency.release(call.idempotencyKey)
}

/** Answers 429 where a rate limit refuses the call. */
export function isThrottled(sim: Simulation, call: Call): boolean {
  const nowAt = sim.clock.now()
  const places = sim.dialect.limitsCount === 'records' ? call.keys.length : 1
  const waitMs = sim.limits.admit(nowAt, Math.max(1, places))
  if (waitMs === 0) return false
  sim.stats.count('throttled')
  const headers = retryAfterHeader(sim.behaviour.retryAfter, waitMs, nowAt)
  reply(sim, call, errorReply(sim, 429, 'too_many_requests', 'Slow down.', headers))
  return true
}

/** Fails a call that was in service at a collapse, or came after it; a share of them is charged all the same. */
export function failInCollapse(sim: Simulation, call: Call, charged: Answer | undefined): void {
  const isBilled = sim.collapseLuck() < sim.behaviour.collapseBillsShare
  const answer = charged ?? (isBilled ? lookUp(sim, call, 'good', 'as known') : undefined)
  settleKey(sim, call, answer)
  if (answer && answer.chargedMicro > 0) sim.stats.count('chargedUnanswered')
  refuseWhileDown(sim, call)
}

export function refuseWhileDown(sim: Simulation, call: Call): void {
  sim.stats.count('failedByCollapse')
  const { collapseReply } = sim.behaviour
  const breaks = collapseReply === 'reset' || (collapseReply === 'both' && sim.collapseLuck() < 0.5)
  if (breaks) breakOff(call)
  else reply(sim, call, errorReply(sim, 503, 'service_unavailable', 'The vendor has fallen over.'))
}

import type { Answer } from './answer.ts'
import { type Call, reply, settleKey } from './call.ts'
import { breakOff } from './delivery.ts'
import { lookUp } from './lookup.ts'
import { errorReply } from './replies.ts'
import type { Simulation } from './simulation.ts'

/** Fails a call that came while the vendor was down, or that it fell over on; a share of them is charged all the same. */
export function failInCollapse(sim: Simulation, call: Call, charged: Answer | undefined): void {
  const isBilled = sim.collapseLuck() < sim.behaviour.collapseBillsShare
  const answer = charged ?? (isBilled ? lookUp(sim, call, 'good', 'as known') : undefined)
  settleKey(sim, call, answer)
  if (answer && answer.chargedMicro > 0) sim.stats.count('chargedUnanswered')
  refuseWhileDown(sim, call)
}

/** Answers 503, or breaks the connection. */
export function refuseWhileDown(sim: Simulation, call: Call): void {
  sim.stats.count('failedByCollapse')
  const { collapseReply } = sim.behaviour
  const breaks = collapseReply === 'reset' || (collapseReply === 'both' && sim.collapseLuck() < 0.5)
  if (breaks) breakOff(call)
  else reply(sim, call, errorReply(sim, 503, 'service_unavailable', 'The vendor has fallen over.'))
}

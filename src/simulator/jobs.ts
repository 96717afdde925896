import type { Answer } from './answer.ts'
import { breakOff, type Call, type Exchange, isThrottled, refuseWhileDown, reply } from './call.ts'
import { creditsSaid } from './credits-said.ts'
import { faultEffects } from './faults.ts'
import { answerReply, errorReply, type Reply } from './replies.ts'
import type { Simulation } from './simulation.ts'

/** Accepts a call as a job, charged now or when it is done, by `chargeAt`. `undefined`: too few credits are left. */
export function takeJob(sim: Simulation, call: Call, lookUp: () => Answer | undefined): Answer | undefined {
  const early = sim.behaviour.chargeAt === 'arrival' ? lookUp() : undefined
  if (early === undefined && sim.behaviour.chargeAt === 'arrival') return undefined
  const id = `job-${sim.jobs.size + 1}`
  sim.jobs.set(id, { state: 'running' })
  sim.timers.after(sim.jobMs(), () => {
    if (sim.faults.strikes('jobFails', call.keys)) {
      sim.jobs.set(id, { state: 'failed', why: 'job_failed', answer: early })
      return
    }
    const answer = early ?? lookUp()
    sim.jobs.set(id, answer ? { state: 'done', answer } : { state: 'failed', why: 'out_of_credits', answer })
  })
  const { keys, references } = call
  const chargedMicro = early?.chargedMicro ?? 0
  return { keys, references, statuses: [], bulk: true, version: 0, chargedMicro, body: 'good', job: id }
}

/** Answers how a job stands, or (`whole` false) its results alone. It costs nothing. */
export function answerPoll(sim: Simulation, exchange: Exchange, id: string, whole: boolean): void {
  const call: Call = { ...exchange, keys: [], bulk: true, idempotencyKey: undefined }
  sim.stats.count('polls')
  if (isThrottled(sim, call)) return
  if (sim.capacity.isDown) refuseWhileDown(sim, call)
  else if (!struck(sim, call)) reply(sim, call, standing(sim, id, whole))
}

/** The faults of calls strike polls too, but for those of a reply's content. */
function struck(sim: Simulation, call: Call): boolean {
  const fault = sim.faults.pick([])
  const effect = fault && faultEffects[fault]
  if (effect?.does === 'refuse') reply(sim, call, errorReply(sim, effect.status, fault as string, 'Told to fail.'))
  if (effect?.does === 'break') breakOff(call)
  return effect?.does === 'refuse' || effect?.does === 'break' || effect?.does === 'hang'
}

function standing(sim: Simulation, id: string, whole: boolean): Reply {
  const job = sim.jobs.get(id)
  if (job === undefined) return errorReply(sim, 404, 'no_such_job', `There is no job ${id}`)
  const said = creditsSaid(sim, job.state === 'running' ? 0 : (job.answer?.chargedMicro ?? 0), [])
  if (job.state === 'done') {
    const results = answerReply(sim, job.answer, said)
    return whole ? { ...results, body: `{"id":"${id}","state":"done","results":${results.body}}` } : results
  }
  const body = { id, state: job.state, ...(job.state === 'failed' ? { error: job.why } : {}) }
  const status = job.state === 'running' ? 202 : 200
  return { status, type: 'json', body: JSON.stringify(body), headers: sim.dialect.headers?.(said, status) ?? [] }
}

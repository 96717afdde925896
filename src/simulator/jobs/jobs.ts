import { breakOff, type Call, type Exchange, isThrottled, refuseWhileDown, reply } from '../call.ts'
import { creditsSaid } from '../credits-said.ts'
import type { JobSaid } from '../dialects/dialect.ts'
import { faultEffects } from '../faults/faults.ts'
import type { Answer } from '../http/answer.ts'
import { answerReply, errorReply, type Reply, resultsOf, wireReply } from '../http/replies.ts'
import type { Simulation } from '../simulation.ts'

/** Accepts a call as a job, charged now or when it is done, by `chargeAt`. `undefined`: too few credits are left. */
export function takeJob(sim: Simulation, call: Call, lookUp: () => Answer | undefined): Answer | undefined {
  const early = sim.behaviour.chargeAt === 'arrival' ? lookUp() : undefined
  if (early === undefined && sim.behaviour.chargeAt === 'arrival') return undefined
  const id = sim.jobs.add(call, sim.dialect.jobs?.idOf)
  sim.timers.after(sim.jobMs(), () => {
    if (sim.faults.strikes('jobFails', call.keys)) {
      sim.jobs.end(id, { state: 'failed', why: 'job_failed', answer: early })
      return
    }
    const answer = early ?? lookUp()
    sim.jobs.end(id, answer ? { state: 'done', answer } : { state: 'failed', why: 'out_of_credits', answer })
  })
  const { keys, references } = call
  const unknown = { keys, references, statuses: keys.map(() => 202), bulk: true, version: 0, chargedMicro: 0 }
  return { ...(early ?? unknown), body: 'good', job: id }
}

/** What is asked after jobs: how they stand, or (`whole` false) the results of one alone. `listed`: ids in the query. */
type Question = { ids: readonly string[]; whole: boolean; listed: boolean; query: URLSearchParams }

/** Answers a question after jobs. It costs nothing. */
export function answerPoll(sim: Simulation, exchange: Exchange, question: Question): void {
  const call: Call = { ...exchange, keys: [], bulk: true, idempotencyKey: undefined }
  sim.stats.count('polls')
  if (isThrottled(sim, call)) return
  if (sim.capacity.isDown) refuseWhileDown(sim, call)
  else if (!struck(sim, call)) reply(sim, call, sim.dialect.jobs ? told(sim, question) : standing(sim, question))
}

/** The faults of calls strike polls too, but for those of a reply's content. */
function struck(sim: Simulation, call: Call): boolean {
  const fault = sim.faults.pick([])
  const effect = fault && faultEffects[fault]
  if (effect?.does === 'refuse') reply(sim, call, errorReply(sim, effect.status, fault as string, 'Told to fail.'))
  if (effect?.does === 'break') breakOff(call)
  return effect?.does === 'refuse' || effect?.does === 'break' || effect?.does === 'hang'
}

/** In the dialect's own words. */
function told(sim: Simulation, { ids, query }: Question): Reply {
  const answers = ids.flatMap((id) => answerOf(sim, id) ?? [])
  const chargedMicro = answers.reduce((sum, answer) => sum + answer.chargedMicro, 0)
  const said = creditsSaid(sim, chargedMicro, [])
  const jobs = ids.map((id) => jobSaid(sim, id))
  const wire = sim.dialect.jobs?.told(jobs, said, query) ?? { status: 500, body: undefined }
  const spoilt = answers.find(({ body }) => body !== 'good')
  return wireReply(wire, spoilt?.body ?? 'good', sim.dialect.headers?.(said, wire.status) ?? [])
}

function answerOf(sim: Simulation, id: string): Answer | undefined {
  const job = sim.jobs.find(id)
  return job === undefined || job.state === 'running' ? undefined : job.answer
}

function jobSaid(sim: Simulation, id: string): JobSaid {
  const job = sim.jobs.find(id)
  if (job === undefined) return { id, state: 'unknown', results: [] }
  if (job.state === 'done') return { id, state: 'done', results: resultsOf(sim, job.answer) }
  const status = job.state === 'running' ? 202 : job.why === 'out_of_credits' ? 402 : 500
  const results = job.keys.map((_, i) => ({ status, person: undefined, reference: job.references?.[i] }))
  return { id, state: job.state, results }
}

/** Jobs that are asked after together; one that is not known is left out. */
function standingOfAll(sim: Simulation, question: Question): Reply {
  const known = question.ids.filter((id) => sim.jobs.find(id) !== undefined)
  const bodies = known.map((id) => standing(sim, { ...question, ids: [id], whole: true, listed: false }).body)
  const charged = known.reduce((micro, id) => micro + (answerOf(sim, id)?.chargedMicro ?? 0), 0)
  const headers = sim.dialect.headers?.(creditsSaid(sim, charged, []), 200) ?? []
  return { status: 200, type: 'json', body: `{"jobs":[${bodies.join(',')}]}`, headers }
}

function standing(sim: Simulation, question: Question): Reply {
  const { ids, whole, listed } = question
  if (listed) return standingOfAll(sim, question)
  const id = ids[0] as string
  const job = sim.jobs.find(id)
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

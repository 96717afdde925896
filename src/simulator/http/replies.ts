import type { Behaviour } from '../behaviour.ts'
import { creditsSaid } from '../credits-said.ts'
import { Refusal, type Result, type Said } from '../dialects/dialect.ts'
import { personFor, versionFor } from '../lookups/people.ts'
import type { Simulation } from '../simulation.ts'
import type { Answer } from './answer.ts'

/** Headers are name, value, name, value. */
export type Reply = { status: number; type: 'json' | 'html' | 'text'; body: string; headers: string[] }

const WEB_PAGE =
  '<!doctype html><html><head><title>Just a moment…</title></head><body>Checking your browser.</body></html>'

/** The answer to a lookup. */
export function answerReply(sim: Simulation, answer: Answer, said: Said, more: string[] = []): Reply {
  const { dialect } = sim
  const headersOf = (status: number) => [...(dialect.headers?.(said, status) ?? []), ...more]
  if (answer.job !== undefined && dialect.jobs) {
    const taken = dialect.jobs.taken(answer.job, resultsOf(sim, answer), said)
    return wireReply(taken, 'good', headersOf(taken.status))
  }
  if (answer.job !== undefined) {
    const body = JSON.stringify({ id: answer.job, state: 'queued' })
    return { status: 202, type: 'json', body, headers: headersOf(202) }
  }
  const results = resultsOf(sim, answer)
  const wire = answer.bulk ? bulkWire(dialect.bulk?.(results, said)) : dialect.single(results[0] as Result, said)
  return wireReply(wire, answer.body, headersOf(answer.body === 'html' ? 200 : wire.status))
}

function bulkWire(body: unknown): { status: number; body: unknown } {
  return body instanceof Refusal ? body : { status: 200, body }
}

/** A status and a body as they are sent, or spoilt. */
export function wireReply(wire: { status: number; body: unknown }, as: Answer['body'], headers: string[]): Reply {
  if (as === 'html') return { status: 200, type: 'html', body: WEB_PAGE, headers }
  const body = jsonOf(wire.body)
  const spoilt = as === 'malformed' ? `${body.slice(0, body.length / 2)}\n<upstream closed>` : body
  return { status: wire.status, type: 'json', body: spoilt, headers }
}

export function resultsOf(sim: Simulation, answer: Answer): readonly Result[] {
  return answer.statuses.map((_, i) => resultOf(sim, answer, i))
}

/** As JSON, in which a bigint is a whole number with all its digits. */
export function jsonOf(body: unknown): string {
  try {
    return JSON.stringify(body)
  } catch (error) {
    // Nearly no body has one, and a replacer makes all of them slow.
    if (!(error instanceof TypeError)) throw error
    const text = JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? `bigint ${value}` : value))
    return text.replace(/"bigint (-?\d+)"/g, '$1')
  }
}

function resultOf({ seed, behaviour }: Simulation, answer: Answer, i: number): Result {
  const status = answer.statuses[i] as number
  const known = status === 200 && answer.body !== 'empty'
  const key = answer.keys[i] as string
  const version = () => versionFor(seed, key, answer.version, behaviour.changeShare)
  const person = known ? personFor(seed, key, answer.versions?.[i] ?? version()) : undefined
  return { status, person, reference: answer.references?.[i], billed: answer.billed?.[i] }
}

export function errorReply(
  sim: Simulation,
  usualStatus: number,
  code: string,
  message: string,
  headers: string[] = [],
): Reply {
  const { dialect } = sim
  const status = dialect.statuses?.[code] ?? usualStatus
  return refusalReply(sim, status, dialect.error({ status, code, message }), headers)
}

/** A refusal in these words; where they are text and no object, it is sent as text. */
export function refusalReply(sim: Simulation, status: number, body: unknown, headers: string[] = []): Reply {
  const own = sim.dialect.errorHeaders?.(creditsSaid(sim, 0, []), status) ?? []
  const said =
    typeof body === 'string' ? ({ type: 'text', body } as const) : ({ type: 'json', body: jsonOf(body) } as const)
  return { status, ...said, headers: [...own, ...headers] }
}

/** When to come back, in whole seconds, never too early. */
export function retryAfterHeader(how: Behaviour['retryAfter'], waitMs: number, nowAt: number): string[] {
  if (how === 'none') return []
  if (how === 'seconds') return ['retry-after', String(Math.ceil(waitMs / 1_000))]
  return ['retry-after', new Date(Math.ceil((nowAt + waitMs) / 1_000) * 1_000).toUTCString()]
}

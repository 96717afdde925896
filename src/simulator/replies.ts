import type { Answer } from './answer.ts'
import type { Behaviour } from './behaviour.ts'
import type { Dialect, Result, Said } from './dialects/dialect.ts'
import { personFor } from './people.ts'

/** Headers are name, value, name, value. */
export type Reply = { status: number; type: 'json' | 'html'; body: string; headers: string[] }

type Speaker = { seed: number; dialect: Dialect }

const WEB_PAGE =
  '<!doctype html><html><head><title>Just a moment…</title></head><body>Checking your browser.</body></html>'

export function answerReply({ seed, dialect }: Speaker, answer: Answer, said: Said, more: string[] = []): Reply {
  const headers = [...(dialect.headers?.(said) ?? []), ...more]
  if (answer.body === 'html') return { status: 200, type: 'html', body: WEB_PAGE, headers }
  if (answer.job !== undefined) {
    return { status: 202, type: 'json', body: JSON.stringify({ id: answer.job, state: 'queued' }), headers }
  }
  const results = answer.statuses.map((_, i) => resultOf(seed, answer, i))
  const wire = answer.bulk
    ? { status: 200, body: dialect.bulk?.(results, said) }
    : dialect.single(results[0] as Result, said)
  const body = JSON.stringify(wire.body)
  const spoilt = answer.body === 'malformed' ? `${body.slice(0, body.length / 2)}\n<upstream closed>` : body
  return { status: wire.status, type: 'json', body: spoilt, headers }
}

function resultOf(seed: number, answer: Answer, i: number): Result {
  const status = answer.statuses[i] as number
  const known = status === 200 && answer.body !== 'empty'
  const person = known ? personFor(seed, answer.keys[i] as string, answer.version) : undefined
  return { status, person, reference: answer.references?.[i] }
}

export function errorReply(
  { dialect }: Pick<Speaker, 'dialect'>,
  usualStatus: number,
  code: string,
  message: string,
  headers: string[] = [],
): Reply {
  const status = dialect.statuses?.[code] ?? usualStatus
  return { status, type: 'json', body: JSON.stringify(dialect.error({ status, code, message })), headers }
}

/** When to come back, in whole seconds, never too early. */
export function retryAfterHeader(how: Behaviour['retryAfter'], waitMs: number, nowAt: number): string[] {
  if (how === 'none') return []
  if (how === 'seconds') return ['retry-after', String(Math.ceil(waitMs / 1_000))]
  return ['retry-after', new Date(Math.ceil((nowAt + waitMs) / 1_000) * 1_000).toUTCString()]
}

import type { Answer } from './answer.ts'
import type { Behaviour } from './behaviour.ts'
import { personFor } from './people.ts'

/** A reply, ready to send. Headers are name, value, name, value. */
export type Reply = { status: number; type: 'json' | 'html'; body: string; headers: string[] }

const WEB_PAGE =
  '<!doctype html><html><head><title>Just a moment…</title></head><body>Checking your browser.</body></html>'

const itemErrors: Record<number, string> = {
  400: 'bad_request',
  402: 'out_of_credits',
  404: 'not_found',
  422: 'unprocessable',
}

/** The answer to a lookup. */
export function answerReply(seed: number, answer: Answer, headers: string[]): Reply {
  const status = answer.bulk || answer.body !== 'good' ? 200 : (answer.statuses[0] as number)
  if (answer.body === 'html') return { status, type: 'html', body: WEB_PAGE, headers }
  const body = JSON.stringify(answer.bulk ? bulkBody(seed, answer) : singleBody(seed, answer))
  if (answer.body !== 'malformed') return { status, type: 'json', body, headers }
  return { status, type: 'json', body: `${body.slice(0, body.length / 2)}\n<upstream closed>`, headers }
}

function singleBody(seed: number, answer: Answer): object {
  return answer.statuses[0] === 200 ? { data: dataOf(seed, answer, 0) } : { error: 'not_found' }
}

function bulkBody(seed: number, answer: Answer): object[] {
  return answer.statuses.map((status, i) =>
    status === 200 ? { status, data: dataOf(seed, answer, i) } : { status, data: null, error: itemErrors[status] },
  )
}

function dataOf(seed: number, answer: Answer, index: number): object {
  return answer.body === 'empty' ? {} : personFor(seed, answer.keys[index] as string, answer.version)
}

/** An error as the vendor words it: `{ error, message }`. */
export function errorReply(status: number, error: string, message: string, headers: string[] = []): Reply {
  return { status, type: 'json', body: JSON.stringify({ error, message }), headers }
}

/** The header that says when to come back, in the vendor's way of saying it; whole seconds, never too early. */
export function retryAfterHeader(how: Behaviour['retryAfter'], waitMs: number, nowAt: number): string[] {
  if (how === 'none') return []
  if (how === 'seconds') return ['retry-after', String(Math.ceil(waitMs / 1_000))]
  return ['retry-after', new Date(Math.ceil((nowAt + waitMs) / 1_000) * 1_000).toUTCString()]
}

import { messageOf } from '../../domain/errors/errors.ts'
import type { Interpretation } from '../classify/interpret.ts'
import type { AsyncRules, Exchange, VendorRequest } from '../ports/vendor.ts'
import { checkedRequest } from './checked-request.ts'

type PollManyRules = NonNullable<AsyncRules['pollMany']>
type Reading = Pick<Interpretation, 'outcome' | 'body' | 'unreadable'>

/**
 * What a reply to a poll of several jobs says: of each job that it names, by id, what a reply to a poll of that job alone
 * would have brought. `unanswered`: why it says nothing of any of them; `passes`: the next such poll may.
 */
export type JobParts =
  | { readonly parts: ReadonlyMap<string, Exchange> }
  | { readonly unanswered: string; readonly passes: boolean }

/** Throws what the config's function throws. */
export function requestForMany(ids: readonly string[], rules: PollManyRules): VendorRequest {
  const checked = checkedRequest(asked('request', () => rules.request(ids)))
  if ('problem' in checked) throw new TypeError(`vendor.async.pollMany.request gave ${checked.problem}`)
  return checked.request
}

export function jobPartsOf(exchange: Exchange, { outcome, body, unreadable }: Reading, rules: PollManyRules): JobParts {
  const passes = outcome.kind === 'throttled' || outcome.kind === 'try-again' || outcome.kind === 'unknown'
  if (exchange.kind !== 'reply' || outcome.kind !== 'fresh' || unreadable) return { unanswered: outcome.reason, passes }
  try {
    const { status, headers } = exchange
    const said = asked('jobs', () => rules.jobs(body, { status, headers, body }))
    if (!Array.isArray(said)) throw new TypeError('vendor.async.pollMany.jobs answered no list')
    const parts = new Map<string, Exchange>()
    for (const job of said) parts.set(idOf(job), partOf(exchange, job))
    return { parts }
  } catch (error) {
    return { unanswered: messageOf(error), passes: false }
  }
}

function idOf(job: unknown): string {
  const { id } = Object(job)
  if ((typeof id === 'string' && id !== '') || typeof id === 'number') return String(id)
  throw new TypeError(`vendor.async.pollMany.jobs answered a job whose id is ${id === '' ? 'empty' : typeof id}`)
}

/** The headers are those of the whole reply, and say nothing of one job: what a call cost least of all. */
function partOf(exchange: Exchange & { kind: 'reply' }, job: unknown): Exchange {
  const { status = exchange.status, body } = Object(job)
  if (!Number.isInteger(status)) throw new TypeError('vendor.async.pollMany.jobs answered a status that is no number')
  const { 'retry-after': wait } = exchange.headers
  const { quotas: _, ...rest } = exchange
  const headers = wait === undefined ? {} : { 'retry-after': wait }
  return { ...rest, status, headers, text: JSON.stringify(body) ?? '' }
}

/** Calls a config function; an error names the function. */
function asked<T>(name: 'request' | 'jobs', answer: () => T): T {
  try {
    return answer()
  } catch (error) {
    throw new TypeError(`vendor.async.pollMany.${name} threw: ${messageOf(error)}`)
  }
}

/** JSON lines as one JSON list. */
export function asList(exchange: Exchange): Exchange {
  if (exchange.kind !== 'reply' || exchange.status !== 200) return exchange
  const lines = exchange.text.split('\n').filter((line) => line.trim() !== '')
  return { ...exchange, text: `[${lines.join(',')}]` }
}

/** A balance in a reply about several jobs is not heard once for each. */
export function withoutBalance(reading: Interpretation): Interpretation {
  return { ...reading, balance: null, ignored: null }
}

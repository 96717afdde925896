import { messageOf } from '../../domain/errors/errors.ts'
import { excerpt, type Interpretation } from '../classify/interpret.ts'
import type { VendorJob } from '../ports/calls.ts'
import type { AsyncRules, Exchange, Reply, VendorRequest } from '../ports/vendor.ts'
import { checkedRequest } from './checked-request.ts'

type Reading = Pick<Interpretation, 'outcome' | 'body' | 'unreadable' | 'said'>
type Replied = Exchange & { kind: 'reply' }

/** Longer text is not taken for an id. */
const LONGEST_ID = 500
/** What String() makes of something that is no id, such as a header that is not there, and what no database keeps. */
const NO_ID = /^\s*(undefined|null|NaN|-?Infinity|\[object \w+\])?\s*$|\p{Cc}|\p{Surrogate}/u

/** The job in the reply to a call: its id, null (the reply is the result), or why the id cannot be read. */
export type Submission = { readonly id: string } | { readonly problem: string } | null

/** Reads the job's id from the reply to a call, whose body need not be JSON. */
export function submissionIn(
  exchange: Exchange,
  { outcome, body, unreadable }: Reading,
  rules: AsyncRules | null,
): Submission {
  if (rules === null || exchange.kind !== 'reply') return null
  if (outcome.kind !== 'fresh' && !unreadable) return null
  const problem = (what: string) => ({ problem: `vendor.async.id ${what}; the reply: ${excerpt(exchange.text)}` })
  try {
    const id = rules.id(body, replyOf(exchange, body))
    if (id === undefined || id === null || id === '') return null
    if (typeof id !== 'string' && typeof id !== 'number') {
      return problem(`answered ${typeof id}; allowed: text, a number, or nothing`)
    }
    const text = String(id)
    if (text.length > LONGEST_ID) return problem(`answered ${text.length} characters`)
    return NO_ID.test(text) ? problem(`answered "${text}", which is no id`) : { id: text }
  } catch (error) {
    return problem(`threw: ${messageOf(error)}`)
  }
}

/** The state of a job, by a reply to a poll or to the request for its results. */
export type Standing =
  /** Poll again: it is running, or the poll brought no usable answer (`silent`: why). */
  | { readonly kind: 'running'; readonly silent: string | null }
  /** This reply has its results, or the vendor reports that there are none. */
  | { readonly kind: 'ended' }
  /** The vendor reports that it failed; its records are retried. */
  | { readonly kind: 'failed' }
  /** Its results can be fetched with this request. */
  | { readonly kind: 'fetch'; readonly request: VendorRequest }
  /** The vendor refuses our credentials. */
  | { readonly kind: 'refused' }

/**
 * Decides the state of a job. An unusable reply does not end it, since polling again is free. An outcome by the vendor's
 * own rules is taken as final; a bare status is not: a 404 may mean an unknown record, an unknown job, or one not visible
 * yet, and the address of results may have expired, so that the job is polled anew. Throws what the config's functions
 * throw.
 */
export function standingOf(exchange: Exchange, reading: Reading, job: VendorJob, rules: AsyncRules): Standing {
  const { outcome, said, unreadable, body } = reading
  if (exchange.kind !== 'reply' || unreadable) return { kind: 'running', silent: outcome.reason }
  const fetching = job.results !== undefined
  if (fetching && exchange.status === 202) return { kind: 'running', silent: null }
  switch (outcome.kind) {
    case 'fresh':
      return !fetching ? stateOf(replyOf(exchange, body), job.id, rules) : { kind: 'ended' }
    case 'throttled':
    case 'try-again':
    case 'unknown':
      return { kind: 'running', silent: outcome.reason }
    case 'credentials-refused':
      return fetching ? { kind: 'running', silent: outcome.reason } : { kind: 'refused' }
    case 'not-found':
    case 'give-up':
    case 'credits-exhausted':
      return said ? { kind: 'ended' } : { kind: 'running', silent: outcome.reason }
  }
}

function stateOf(reply: Reply, id: string, rules: AsyncRules): Standing {
  const state = asked('state', () => rules.state(reply.body, reply))
  switch (state) {
    case 'running':
      return { kind: 'running', silent: null }
    case 'failed':
      return { kind: 'failed' }
    case 'done':
      return rules.fetch === null
        ? { kind: 'ended' }
        : { kind: 'fetch', request: checked('fetch', () => rules.fetch?.(id, reply.body)) }
    default:
      throw new TypeError(`vendor.async.state answered ${JSON.stringify(state)}; allowed: running, done, failed`)
  }
}

/** The next request for a job: for its state or for its results. Throws what the config's function throws. */
export function requestFor(job: VendorJob, rules: AsyncRules): VendorRequest {
  return job.results ?? checked('poll', () => rules.poll(job.id))
}

function checked(name: 'poll' | 'fetch', answer: () => VendorRequest | undefined): VendorRequest {
  const checked = checkedRequest(asked(name, answer), { elsewhere: name === 'fetch' })
  if ('problem' in checked) throw new TypeError(`vendor.async.${name} gave ${checked.problem}`)
  return checked.request
}

function replyOf({ status, headers }: Replied, body: unknown): Reply {
  return { status, headers, body }
}

/** Calls a config function; an error names the function. */
function asked<T>(name: 'poll' | 'state' | 'fetch', answer: () => T): T {
  try {
    return answer()
  } catch (error) {
    throw new TypeError(`vendor.async.${name} threw: ${messageOf(error)}`)
  }
}

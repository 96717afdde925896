import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../domain/call/outcome.ts'
import type { AsyncRules, Exchange } from '../ports/vendor.ts'
import { requestFor, standingOf, submissionIn } from './vendor-jobs.ts'

const rules = (changes: Partial<AsyncRules> = {}): AsyncRules => ({
  id: (body) => (body as { id?: unknown }).id,
  poll: (id) => ({ method: 'GET', path: `/jobs/${id}` }),
  state: (body) => (body as { state?: unknown }).state,
  pollMany: null,
  fetch: null,
  lines: false,
  everyMs: 1_000,
  withinMs: 60_000,
  ...changes,
})
const reply = (status = 200): Exchange => ({ kind: 'reply', status, headers: {}, text: '', latencyMs: 1 })
const lost: Exchange = { kind: 'lost', reason: 'ECONNRESET', status: null, latencyMs: 1 }
const reading = (body: unknown, kind: OutcomeKind = 'fresh', own = {}) => ({
  outcome: { kind, reason: `was ${kind}` },
  body,
  unreadable: false,
  said: false,
  ...own,
})
const JOB = { id: 'a', since: 0, charge: null }

describe('the reply to a call names a job', () => {
  test.each([
    ['text', { id: 'a-1' }, { id: 'a-1' }],
    ['a number', { id: 7 }, { id: '7' }],
    ['nothing', {}, null],
    ['null', { id: null }, null],
    ['no text', { id: '' }, null],
  ])('%s', (_, body, submission) => expect(submissionIn(reply(), reading(body), rules())).toEqual(submission))

  test.each([
    [{ id: {} }, 'answered object'],
    [{ id: Number.NaN }, '"NaN", which is no id'],
    [{ id: String({}) }, '"[object Object]", which is no id'],
    [{ id: ' ' }, 'which is no id'],
    [{ id: true }, 'answered boolean'],
    [{ id: 'x'.repeat(501) }, '501 characters'],
    [null, 'threw'],
  ])('%j: nobody can know', (body, said) => {
    expect(submissionIn(reply(), reading(body), rules())).toEqual({ problem: expect.stringContaining(said) })
  })

  test('in a header, where the body is not JSON', () => {
    const id: AsyncRules['id'] = (_, { headers }) => String(headers.location).split('/').pop()
    const accepted = { ...reply(202), headers: { location: '/jobs/9' } } as Exchange
    const unreadable = reading('', 'give-up', { unreadable: true })
    expect(submissionIn(accepted, unreadable, rules({ id }))).toEqual({ id: '9' })
  })

  test('an error page where the id should be is no job, and is told', () => {
    const page = { ...reply(), text: '<html><h1>Maintenance</h1></html>' } as Exchange
    const unreadable = reading(page, 'give-up', { unreadable: true })
    const id: AsyncRules['id'] = (_, { headers }) => String(headers.location).split('/').pop()
    expect(submissionIn(page, unreadable, rules({ id }))).toEqual({
      problem: 'vendor.async.id answered "undefined", which is no id; the reply: "<html><h1>Maintenance</h1></html>"',
    })
  })

  test.each(['throttled', 'credits-exhausted', 'give-up', 'not-found'] as const)('a refusal (%s) does not', (kind) => {
    expect(submissionIn(reply(400), reading({ id: 'a' }, kind), rules())).toBeNull()
  })

  test('nor does what never came, or a vendor that answers at once', () => {
    expect(submissionIn(lost, reading(undefined, 'unknown'), rules())).toBeNull()
    expect(submissionIn(reply(), reading({ id: 'a' }), null)).toBeNull()
  })
})

describe('how a job stands by a reply to a poll', () => {
  const stands = (exchange: Exchange, read: ReturnType<typeof reading>, changes: Partial<AsyncRules> = {}, job = JOB) =>
    standingOf(exchange, read, job, rules(changes))

  test.each([
    ['running', { kind: 'running', silent: null }],
    ['failed', { kind: 'failed' }],
    ['done', { kind: 'ended' }],
  ])('%s', (state, standing) => expect(stands(reply(), reading({ state }))).toEqual(standing))

  test('done, with results to be had elsewhere; their reply is the end whatever its state', () => {
    const fetch: AsyncRules['fetch'] = (id, body) => ({ method: 'GET', path: `/${id}/${(body as { at: string }).at}` })
    const request = { method: 'GET', path: '/a/here' }
    expect(stands(reply(), reading({ state: 'done', at: 'here' }), { fetch })).toEqual({ kind: 'fetch', request })
    expect(stands(reply(), reading([]), { fetch }, { ...JOB, results: request } as typeof JOB)).toEqual({
      kind: 'ended',
    })
  })

  test.each(['throttled', 'try-again', 'unknown'] as const)('%s: it is asked again', (kind) => {
    expect(stands(reply(500), reading({}, kind))).toEqual({ kind: 'running', silent: `was ${kind}` })
  })

  test('what broke off or cannot be read is asked for again', () => {
    expect(stands(lost, reading(undefined, 'give-up'))).toMatchObject({ kind: 'running' })
    expect(stands(reply(), reading('<html>', 'give-up', { unreadable: true }))).toMatchObject({ kind: 'running' })
  })

  test.each(['not-found', 'give-up', 'credits-exhausted'] as const)(
    '%s: its end by the rules; by a status it may be known later',
    (kind) => {
      expect(stands(reply(404), reading({}, kind, { said: true }))).toEqual({ kind: 'ended' })
      expect(stands(reply(404), reading({}, kind))).toEqual({ kind: 'running', silent: `was ${kind}` })
    },
  )

  test('credentials that are refused say nothing of the job; for its results, an address may have run out', () => {
    const refused = reading({}, 'credentials-refused')
    expect(stands(reply(401), refused)).toEqual({ kind: 'refused' })
    const results = { method: 'GET', path: '/results' }
    expect(stands(reply(403), refused, {}, { ...JOB, results } as typeof JOB)).toMatchObject({ kind: 'running' })
    expect(stands(reply(202), reading({}), {}, { ...JOB, results } as typeof JOB)).toEqual({
      kind: 'running',
      silent: null,
    })
  })

  test('what the config answers must make sense, and what it throws says where', () => {
    const throws = () => {
      throw new Error('oops')
    }
    expect(() => stands(reply(), reading({ state: 'perhaps' }))).toThrow('allowed: running, done, failed')
    expect(() => stands(reply(), reading({}), { state: throws })).toThrow('vendor.async.state threw: oops')
    expect(() => stands(reply(), reading({ state: 'done' }), { fetch: throws })).toThrow(
      'vendor.async.fetch threw: oops',
    )
    expect(() => requestFor(JOB, rules({ poll: throws }))).toThrow('vendor.async.poll threw: oops')
    expect(() => requestFor(JOB, rules({ poll: () => ({}) as never }))).toThrow('vendor.async.poll gave no path')
    const elsewhere = rules({ poll: () => ({ method: 'GET', path: '@other.example/jobs/a' }) })
    expect(() => requestFor(JOB, elsewhere)).toThrow("vendor.async.poll gave a path that does not start with '/'")
    expect(requestFor(JOB, rules())).toEqual({ method: 'GET', path: '/jobs/a' })
  })
})

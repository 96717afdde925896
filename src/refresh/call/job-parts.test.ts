import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../domain/call/outcome.ts'
import type { AsyncRules, Exchange } from '../ports/vendor.ts'
import { jobPartsOf, requestForMany } from './job-parts.ts'

const rules = (jobs: (body: unknown) => unknown = (body) => body): NonNullable<AsyncRules['pollMany']> => ({
  maxJobs: 10,
  request: (ids) => ({ method: 'GET', path: `/jobs/${ids.join()}` }),
  jobs,
})
const reply = (headers = {}): Exchange => ({
  kind: 'reply',
  status: 200,
  headers,
  text: '',
  latencyMs: 1,
  quotas: [{ limit: 1, remaining: 0, resetAt: null, windowMs: null }],
})
const reading = (body: unknown, kind: OutcomeKind = 'fresh', unreadable = false) => ({
  outcome: { kind, reason: `was ${kind}` },
  body,
  unreadable,
})
const partsOf = (body: unknown, exchange = reply()) => {
  const said = jobPartsOf(exchange, reading(body), rules())
  if ('unanswered' in said) throw new Error(said.unanswered)
  return said.parts
}

describe('a reply to a poll of several jobs', () => {
  test('has each job’s part as a reply of its own, by its id as text', () => {
    const parts = partsOf([
      { id: 7, body: { state: 'done' } },
      { id: 'b', status: 404, body: 'gone' },
    ])
    expect(parts.get('7')).toEqual({ kind: 'reply', status: 200, headers: {}, text: '{"state":"done"}', latencyMs: 1 })
    expect(parts.get('b')).toMatchObject({ status: 404, text: '"gone"' })
    expect(parts.get('c')).toBeUndefined()
  })

  test('keeps no header that speaks of all of them, but how long to wait', () => {
    const headers = { 'x-credits-charged': '9', 'x-credits-remaining': '1', 'retry-after': '30' }
    expect(partsOf([{ id: 1, body: {} }], reply(headers)).get('1')).toMatchObject({ headers: { 'retry-after': '30' } })
    expect(partsOf([{ id: 1, body: {} }], reply(headers)).get('1')).not.toHaveProperty('headers.x-credits-charged')
  })

  test.each([
    ['no list', { id: 1 }, 'answered no list'],
    ['a job without an id', [{ body: {} }], 'whose id is undefined'],
    ['an empty id', [{ id: '', body: {} }], 'whose id is empty'],
    ['nothing in the list', [null], 'whose id is undefined'],
    ['a status in words', [{ id: 1, status: 'ok', body: {} }], 'a status that is no number'],
  ])('%s: it says nothing of any of them, and another such poll would not', (_, body, said) => {
    const parts = jobPartsOf(reply(), reading(body), rules())
    expect(parts).toEqual({ unanswered: expect.stringContaining(said), passes: false })
  })

  test('a function that throws, or promises, is no answer', () => {
    const thrown = jobPartsOf(
      reply(),
      reading({}),
      rules(() => {
        throw new Error('mend me')
      }),
    )
    expect(thrown).toEqual({ unanswered: 'vendor.async.pollMany.jobs threw: mend me', passes: false })
    const promised = jobPartsOf(
      reply(),
      reading([]),
      rules(() => Promise.resolve([])),
    )
    expect(promised).toMatchObject({ unanswered: expect.stringContaining('answered no list') })
  })

  test.each<[OutcomeKind, boolean]>([
    ['throttled', true],
    ['try-again', true],
    ['unknown', true],
    ['not-found', false],
    ['give-up', false],
    ['credits-exhausted', false],
  ])('%s is no answer; it passes: %s', (kind, passes) => {
    expect(jobPartsOf(reply(), reading([], kind), rules())).toEqual({ unanswered: `was ${kind}`, passes })
  })

  test('what is no JSON is no answer', () => {
    expect(jobPartsOf(reply(), reading('<html>', 'give-up', true), rules())).toMatchObject({ passes: false })
  })
})

test('the request is checked as others are', () => {
  expect(requestForMany(['a', 'b'], rules())).toEqual({ method: 'GET', path: '/jobs/a,b' })
  const nowhere = { ...rules(), request: () => ({}) as never }
  expect(() => requestForMany(['a'], nowhere)).toThrow('vendor.async.pollMany.request gave no path')
})

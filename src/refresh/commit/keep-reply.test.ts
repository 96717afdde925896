import { expect, test } from 'vitest'
import type { CallItem } from '../ports/calls.ts'
import type { BulkRules, Exchange } from '../ports/vendor.ts'
import { replyKeeper } from './keep-reply.ts'

const keep = replyKeeper(60_000, (text) => text.replaceAll('secret', '*'))
const items = [{ row: { email: 'a@x' } }, { row: {} }] as unknown as CallItem[]
const reply = (headers: Record<string, string>): Exchange => ({
  kind: 'reply',
  status: 200,
  headers,
  text: '{"a":"secret"}',
  latencyMs: 1,
})

test('a reply is kept with what its headers mean, sealed; how it travelled and cookies are left out', () => {
  const headers = {
    'x-result': 'found',
    'x-echo': 'secret',
    'set-cookie': 'session',
    date: 'now',
    'content-length': '3',
  }
  expect(keep(reply(headers), items, null, 1_000)).toEqual({
    at: 1_000,
    until: 61_000,
    status: 200,
    via: 'single',
    headers: '{"x-result":"found","x-echo":"*"}',
    text: '{"a":"*"}',
    partKeys: null,
  })
})

test('a bulk reply is kept with the keys of its records; a key function that throws spoils its own record alone', () => {
  const key = (row: { email?: string }) => (row.email as string).toUpperCase()
  const bulk = { key } as unknown as BulkRules
  expect(keep(reply({}), items, bulk, 0)).toMatchObject({ via: 'bulk', partKeys: ['A@X', ''] })
  expect(keep(reply({}), items, { key: null } as unknown as BulkRules, 0)).toMatchObject({
    via: 'bulk',
    partKeys: null,
  })
})

test('where no reply came, nothing is kept', () => {
  expect(keep({ kind: 'lost', reason: 'reset', status: 200, latencyMs: 1 }, items, null, 0)).toBeUndefined()
})

import { expect, test } from 'vitest'
import type { Credits } from '../../domain/credits/credits.ts'
import type { FinishedCall, FinishedItem } from '../../refresh/ports/calls.ts'
import { packReplies, unpackReplies } from './reply-body.ts'

const credits = (amount: number) => amount as Credits
const item = (seq: number, duplicates: string[] = []) =>
  ({ seq, key: `k${seq}`, duplicates: duplicates.map((key) => ({ key })) }) as unknown as FinishedItem

function call(n: number, items: readonly FinishedItem[], text?: string): FinishedCall {
  const reply = { at: 1_000 + n, until: 9_000, status: 200, via: 'bulk', headers: '{}', partKeys: null } as const
  return {
    n,
    nonce: '',
    state: 'settled',
    reservation: credits(1),
    cost: credits(1),
    saved: credits(0),
    status: 200,
    openedAt: 0,
    items,
    ...(text === undefined ? {} : { reply: { ...reply, text } }),
  }
}

test('replies come back as they were, with the records and duplicates that they are for', async () => {
  const text = '{"name":"Zoë \\u0000 \n\u0001 🎈"}'
  const packed = await packReplies([call(1, [item(1, ['t1', 't2']), item(2)], text), call(2, [item(3)])])
  expect(packed).toHaveLength(1)
  expect(await unpackReplies(packed[0]?.body as Uint8Array)).toEqual([
    {
      n: 1,
      at: 1_001,
      status: 200,
      via: 'bulk',
      headers: '{}',
      partKeys: null,
      text,
      records: [
        { key: 'k1', seq: 1, duplicates: ['t1', 't2'] },
        { key: 'k2', seq: 2, duplicates: [] },
      ],
    },
  ])
})

test('no kept reply, no page', async () => {
  expect(await packReplies([call(1, [item(1)]), call(2, [item(2)])])).toEqual([])
})

test('a page ends with the call that fills it: 500 records with their duplicates, or a million characters', async () => {
  const many = (from: number, count: number) => Array.from({ length: count }, (_, at) => item(from + at))
  const pages = async (calls: FinishedCall[]) => (await packReplies(calls)).map((page) => page.calls.map(({ n }) => n))
  expect(await pages([call(1, many(1, 300), 'a'), call(2, many(301, 300), 'b'), call(3, many(601, 1), 'c')])).toEqual([
    [1, 2],
    [3],
  ])
  const duplicates = Array.from({ length: 499 }, (_, at) => `t${at}`)
  expect(await pages([call(1, [item(1, duplicates)], 'a'), call(2, [item(2)], 'b')])).toEqual([[1], [2]])
  const long = 'x'.repeat(600_000)
  expect(await pages([1, 2, 3].map((n) => call(n, [item(n)], long)))).toEqual([[1, 2], [3]])
})

test('alike, they become small together', async () => {
  const text = (n: number) => JSON.stringify({ data: { name: `Person ${n}`, job_title: 'Engineer', company: 'Acme' } })
  const calls = Array.from({ length: 100 }, (_, at) => call(at, [item(at)], text(at)))
  const [together] = await packReplies(calls)
  const [alone] = await packReplies(calls.slice(0, 1))
  expect(together?.body.length).toBeLessThan(((alone?.body.length ?? 0) * 100) / 3)
})

test('a page that was damaged is not taken for another', async () => {
  const [page] = await packReplies([call(1, [item(1)], 'some text')])
  const body = Uint8Array.from(page?.body ?? [])
  body[body.length - 1] = (body.at(-1) ?? 0) ^ 1
  await expect(unpackReplies(body)).rejects.toThrow()
})

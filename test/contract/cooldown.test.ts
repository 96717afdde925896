import { expect, test } from 'vitest'
import { emailOf } from '../integration/support/stage.ts'
import { documentOf } from './support/cli.ts'
import { offices } from './support/in-offices.ts'

const open = offices('sqlite')

test('cooldown: 0 and one document; 2 where nothing, or all and some, are selected', async () => {
  const misses = new Set([2, 3, 5].map(emailOf))
  const office = await open(6, { misses: (key) => misses.has(key) })
  expect((await office.cli(['run', '--quiet'])).code).toBe(0)

  const listed = await office.cli(['cooldown', 'list', '--limit', '2', '--outcome', 'not-found', '--json'])
  expect(listed.code, listed.stderr).toBe(0)
  const record = { key: expect.any(String), outcome: 'not-found', reason: null }
  const instants = { triedAt: expect.stringMatching(/Z$/), until: expect.stringMatching(/Z$/) }
  expect(documentOf(listed)).toEqual({
    vendor: 'acme',
    table: 'people',
    coolingDown: 3,
    byOutcome: { notFound: 3, failed: 0 },
    records: Array(2).fill({ ...record, ...instants }),
  })

  const allowed = '--all, or any of --ids, --ids-file, --where, --filter and --outcome, which must all hold'
  const problem = (found: string) => ({ error: { code: 'SELECTION_INVALID', problems: [{ found, allowed }] } })
  for (const [flags, found] of [
    [[], 'nothing that selects records'],
    [['--all', '--ids', '2'], '--all beside flags that select some'],
  ] as const) {
    const refused = await office.cli(['cooldown', 'clear', ...flags, '--json'])
    expect([refused.code, documentOf(refused)]).toEqual([2, expect.objectContaining({ error: expect.anything() })])
    expect(documentOf(refused)).toMatchObject(problem(found))
  }

  const some = await office.cli(
    ['cooldown', 'clear', '--where', '{"id":{"lte":3}}', '--ids-file', '-', '--json'],
    '2\n5\n',
  )
  expect([some.code, documentOf(some)]).toEqual([0, { cleared: 1 }])
  const all = await office.cli(['cooldown', 'clear', '--all'])
  expect([all.code, all.stdout]).toEqual([0, 'the cool-down of 2 records is lifted\n'])
  const none = await office.cli(['cooldown', 'list'])
  expect([none.code, none.stdout]).toEqual([0, 'no records of people are cooling down on the account "acme"\n'])
})

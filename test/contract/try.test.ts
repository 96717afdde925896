import { expect, test } from 'vitest'
import { atTerminal, hasTerminal } from '../support/machine/pseudo-terminal.ts'
import { documentOf, MAIN } from './support/cli.ts'
import { offices } from './support/in-offices.ts'
import { SECRET } from './support/office.ts'

const open = offices('sqlite')
const REQUEST = { method: 'GET', url: expect.any(String), headers: expect.any(Object), body: null }

test('try: the request costs nothing; with --yes the call is one run of one record, and one document', async () => {
  const office = await open(5)
  const words = await office.cli(['try', '--show-request'])
  expect(words.code, words.stderr).toBe(0)
  expect(words.stdout).toContain(`curl -X GET '${office.vendor.url}/v1/enrich?email=p1%40example.com'`)
  expect(words.stdout).toContain("-H 'x-api-key: (hidden)'")
  expect(words.stdout).toContain('1 credit at most')
  const unasked = await office.cli(['try', '--json'])
  expect(unasked.code).toBe(0)
  expect(documentOf(unasked)).toEqual({ request: REQUEST, maxCost: 1 })
  expect(office.vendor.bill.totals().charges).toBe(0)
  expect(documentOf(await office.cli(['runs', '--json']))).toEqual({ runs: [] })

  const sent = await office.cli(['try', '--ids', '3', '--yes', '--json'])
  expect(sent.code, sent.stderr).toBe(0)
  const column = { from: 'before', to: expect.any(String), changed: true }
  expect(documentOf(sent)).toEqual({
    request: REQUEST,
    maxCost: 1,
    reply: { status: 200, headers: expect.any(Object), body: expect.any(Object) },
    outcome: 'refreshed',
    cost: 1,
    columns: [
      { column: 'job_title', ...column },
      { column: 'company', ...column },
    ],
  })
  expect(office.vendor.bill.totals()).toMatchObject({ charges: 1, lookupCredits: 1 })
  const shown = await office.cli(['try', '--ids', '3', '--yes'])
  for (const title of ['Request', 'May cost', 'Reply', 'Outcome', 'Cost', 'Columns'])
    expect(shown.stdout).toMatch(new RegExp(`^${title}$`, 'm'))
  expect(documentOf<{ runs: unknown[] }>(await office.cli(['runs', '--json'])).runs).toHaveLength(2)
  for (const said of [words, unasked, sent, shown]) expect(said.stdout + said.stderr).not.toContain(SECRET)
})

test('try: 2 for two keys, and where there is no such record; nothing is sent', async () => {
  const office = await open(2)
  const two = await office.cli(['try', '--ids', '1,2', '--yes', '--json'])
  expect(two.code).toBe(2)
  expect(documentOf(two)).toMatchObject({ error: { code: 'RUN_INVALID', problems: [{ path: '--ids' }] } })
  const none = await office.cli(['try', '--ids', '9', '--yes', '--json'])
  expect(none.code).toBe(2)
  expect(documentOf(none)).toMatchObject({ error: { code: 'NOTHING_TO_TRY' } })
  expect(none.stderr).toContain('no record with this key')
  expect(office.vendor.bill.totals().charges).toBe(0)
})

test.skipIf(!hasTerminal)('on a terminal it asks: no, or Ctrl-C, sends nothing; yes sends it', async () => {
  const office = await open(2)
  const answered = async (keys: string) => {
    const trying = atTerminal(`node ${MAIN} try`, { columns: 100, rows: 60, cwd: office.cwd, env: office.env })
    await trying.until((lines) => lines.some((line) => line.startsWith('Send it?')))
    trying.type(keys)
    expect(await trying.ended).toBe(0)
    return (await trying.terminal.lines()).join('\n')
  }
  expect(await answered('\r')).toContain('nothing was sent')
  expect(await answered('\u0003')).toContain('nothing was sent')
  expect(office.vendor.bill.totals().charges).toBe(0)
  expect(await answered('y\r')).toMatch(/Outcome\n +refreshed/)
  expect(office.vendor.bill.totals().charges).toBe(1)
})

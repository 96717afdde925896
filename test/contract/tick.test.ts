import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../../src/index.ts'
import { documentOf } from './support/cli.ts'
import { inEachOffice, type Open, offices } from './support/in-offices.ts'
import type { Office } from './support/office.ts'
import { SUMMARY } from './support/shapes.ts'

interface Ticked {
  readonly decision: string
  readonly because: string | null
  readonly why: string
  readonly until: string | null
  readonly run: RunSummary | null
  readonly report: string | null
  readonly jobs: readonly object[]
}

const HOUR = 3_600_000

// Each starts several processes.

/** An office whose account is reset so long from now, and whose job is due so long before. */
async function scheduled(
  open: Open,
  { resetInMs = HOUR, schedule = `{ beforeReset: '12h' }`, people = 30, behaviour = {}, more = '' } = {},
): Promise<Office> {
  const office = await open(people, behaviour)
  const resetAt = Date.now() + resetInMs
  office.configure({
    credits: `cycle: { resetsAt: () => new Date(${resetAt}) },`,
    jobs: `'month-end': { schedule: ${schedule}, ${more} }`,
  })
  return office
}

async function tickOf(office: Office): Promise<{ code: number | null; said: Ticked; stderr: string }> {
  const said = await office.cli(['tick', '--json'])
  return { code: said.code, said: documentOf<Ticked>(said), stderr: said.stderr }
}

inEachOffice('postgresql', (open) => {
  test('starts what is due, in this process; asked again it is done', async () => {
    const office = await scheduled(open)
    const first = await tickOf(office)
    expect(first.code, first.stderr).toBe(0)
    expect(first.said).toMatchObject({
      job: 'month-end',
      decision: 'start',
      because: null,
      run: { ...SUMMARY, status: 'completed', records: { refreshed: 30 } },
      cycle: { endAt: expect.stringMatching(/Z$/) },
      jobs: [{ job: 'month-end', decision: 'start', reserve: { credits: 0, how: '0 credits, as configured' } }],
    })
    const again = await tickOf(office)
    expect(again).toMatchObject({
      code: 0,
      said: { decision: 'wait', because: 'done', until: expect.stringMatching(/Z$/), run: null },
    })
    expect(office.vendor.bill.totals().charges).toBe(30)
    expect(readFileSync(first.said.report ?? '', 'utf8')).toMatch(/^<!doctype html>[\s\S]*30 refreshed records/)
    expect(again.said.report).toBeNull()
  })

  test('waits until it is due, and says so in words', async () => {
    const office = await scheduled(open, { resetInMs: 48 * HOUR })
    expect(await tickOf(office)).toMatchObject({ code: 0, said: { decision: 'wait', because: 'not-due', run: null } })
    const { stdout, code } = await office.cli(['tick'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^month-end: wait · due at \w{3} \d+ \w{3} \d{4}, \d\d:\d\d UTC, in 1 d 11 h\n$/)
    expect(office.vendor.stats.calls).toBe(0)
  })

  test('asked twice at once, it starts one run', async () => {
    const office = await scheduled(open, { people: 120, behaviour: { latencyMs: { min: 5, max: 30 } } })
    const ended = await Promise.all(Array.from({ length: 4 }, () => office.cli(['tick', '--json'])))
    const ran = ended.filter((said) => documentOf<Ticked>(said).run !== null)
    expect(ran).toHaveLength(1)
    for (const said of ended) expect([0, 4], said.stderr).toContain(said.code)
    const { runs } = documentOf<{ runs: RunSummary[] }>(await office.cli(['runs', '--json']))
    expect(runs).toMatchObject([{ status: 'completed', records: { refreshed: 120 } }])
    expect(office.vendor.bill.totals()).toMatchObject({ charges: 120, recordsChargedMoreThanOnce: 0 })
  })

  test('resumes what was killed; while it runs, another says that it is busy and exits 4', async () => {
    const office = await scheduled(open, { people: 400, behaviour: { latencyMs: 300 } })
    const first = office.start(['tick', '--json'])
    while (office.vendor.stats.calls < 20) await sleep(5)
    expect(await tickOf(office)).toMatchObject({ code: 4, said: { decision: 'wait', because: 'busy', run: null } })
    first.kill('SIGKILL')
    await first.ended
    office.vendor.behave({ latencyMs: 1 })
    const resumed = await tickOf(office)
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(resumed.said).toMatchObject({ decision: 'resume', run: { status: 'completed' } })
    expect(await tickOf(office)).toMatchObject({ code: 0, said: { because: 'done' } })
  })

  test('a failed run needs a person: it is told with exit 1, and not begun again', async () => {
    const office = await scheduled(open, { behaviour: { faults: { html: { rate: 1 } } } })
    const failed = await tickOf(office)
    expect(failed).toMatchObject({ code: 1, said: { decision: 'start', run: { status: 'failed' } } })
    const { calls } = office.vendor.stats
    office.vendor.behave({ faults: null })
    const told = await tickOf(office)
    expect(told).toMatchObject({ code: 1, said: { because: 'needs-person' } })
    expect(told.said.why).toContain('`spenddown run month-end` starts it again')
    expect(office.vendor.stats.calls).toBe(calls)
    expect((await office.cli(['run', 'month-end', '--json'])).code).toBe(0)
    expect(await tickOf(office)).toMatchObject({ code: 0, said: { because: 'done' } })
  })

  test('too close to the reset it starts nothing', async () => {
    const office = await scheduled(open, { resetInMs: 200_000 })
    expect(await tickOf(office)).toMatchObject({ code: 0, said: { because: 'too-late' } })
    expect(office.vendor.stats.calls).toBe(0)
  })
})

describe('on either database alike', () => {
  const open = offices('sqlite')
  test('runs by hand are no business of the schedule’s', async () => {
    const office = await scheduled(open)
    expect((await office.cli(['run', 'month-end', '--limit', '3', '--json'])).code).toBe(0)
    expect(await tickOf(office)).toMatchObject({
      code: 0,
      said: { decision: 'start', run: { records: { refreshed: 27 + 3 } } },
    })
  })

  test('a cron expression; the last time that was missed is caught up', async () => {
    const office = await scheduled(open, { schedule: `'0 * * * *'` })
    expect(await tickOf(office)).toMatchObject({ code: 0, said: { decision: 'start', run: { status: 'completed' } } })
    expect(await tickOf(office)).toMatchObject({ said: { because: 'done' } })
  })

  test('auto: two days before, while no run has shown the pace', async () => {
    const office = await scheduled(open, { resetInMs: 54 * HOUR, schedule: `{ beforeReset: 'auto' }` })
    const { said } = await tickOf(office)
    expect(said).toMatchObject({ because: 'not-due' })
    const inMs = Date.parse(said.until ?? '') - Date.now()
    expect(inMs / HOUR).toBeGreaterThan(5.8)
    expect(inMs / HOUR).toBeLessThan(6)
    const due = await scheduled(open, { resetInMs: 47 * HOUR, schedule: `{ beforeReset: 'auto' }` })
    expect(await tickOf(due)).toMatchObject({ said: { decision: 'start', run: { status: 'completed' } } })
  })

  test('where the balance alone says the reset and cannot be read: exit 3, nothing spent', async () => {
    const office = await scheduled(open, { behaviour: { accountStatus: 500 } })
    const said = await office.cli(['tick', '--json'])
    expect(said.code).toBe(3)
    expect(documentOf(said)).toMatchObject({ error: { code: 'BALANCE_UNREADABLE' } })
    expect(office.vendor.stats.calls).toBe(0)
  })

  test('no schedule, no database: told as any other mistake', async () => {
    const office = await open(3)
    const said = await office.cli(['tick', '--json'])
    expect(said.code).toBe(2)
    expect(documentOf(said)).toMatchObject({ error: { code: 'NOTHING_SCHEDULED' } })
    expect((await office.cli(['schedule'])).code).toBe(2)
  })
})

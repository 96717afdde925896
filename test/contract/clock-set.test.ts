import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, test } from 'vitest'
import { wallClock } from '../support/machine/faketime.ts'
import { documentOf, startCli } from './support/cli.ts'
import { offices } from './support/in-offices.ts'
import type { Office } from './support/office.ts'

const TWO_HOURS_S = 7_200
const PEOPLE = 120

const open = offices('sqlite')
const faketime = inject('faketime')

type Summary = { status: string; stopReason: string; records: { refreshed: number }; elapsedMs: number }

const charges = ({ vendor }: Office) => vendor.bill.totals().charges

async function until(holds: () => boolean): Promise<void> {
  const since = performance.now()
  while (!holds()) {
    if (performance.now() - since > 30_000) throw new Error('it never came to that')
    await sleep(5)
  }
}

/** A run whose clock is set when the vendor has charged so many calls. */
async function runWith(office: Office, seconds: number, before: (office: Office) => Promise<void> = async () => {}) {
  const clock = wallClock(faketime as string, office.cwd)
  const run = startCli(['run', '--json'], { cwd: office.cwd, env: { ...office.env, ...clock.env } })
  await until(() => charges(office) >= 30)
  await before(office)
  clock.set(seconds)
  const setAt = performance.now()
  const said = await Promise.race([run.ended, sleep(25_000)])
  if (said === undefined) {
    const sofar = JSON.stringify({ ...office.vendor.bill.totals(), replies: office.vendor.stats.replies })
    throw new Error(`25 s later it still runs; the vendor has ${sofar}: ${run.stderr()}`)
  }
  return { said, tookMs: performance.now() - setAt }
}

describe.skipIf(faketime === null).each([
  ['back', -TWO_HOURS_S],
  ['forward', TWO_HOURS_S],
])('a clock that is set %s two hours in the middle of a run', (_, seconds) => {
  test('neither stalls it, nor takes its lease, nor lets it spend more', async () => {
    const office = await open(PEOPLE, { latencyMs: 20 })
    office.configure({
      vendor: 'limits: { maxConcurrent: 2, perSecond: 40 },',
      credits: 'cycle: { resetsAt: () => new Date(Date.now() + 20 * 86_400_000) },',
      top: "lease: '6s',",
    })
    const { said, tookMs } = await runWith(office, seconds)
    expect(documentOf<Summary>(said)).toMatchObject({ status: 'completed', records: { refreshed: PEOPLE } })
    expect(office.vendor.bill.totals()).toMatchObject({ charges: PEOPLE, recordsChargedMoreThanOnce: 0 })
    expect(tookMs).toBeLessThan(20_000)
  })

  test('leaves a wait that the vendor asked for as long as it is', async () => {
    const office = await open(40, { latencyMs: 20 })
    office.configure({
      vendor: 'limits: { maxConcurrent: 2 },',
      credits: 'cycle: { resetsAt: () => new Date(Date.now() + 20 * 86_400_000) },',
    })
    let askedAt = 0
    const { said } = await runWith(office, seconds, async ({ vendor }) => {
      vendor.behave({ faults: { error429: { next: 1, retryAfterMs: 3_000 } } })
      await until(() => (vendor.stats.replies[429] ?? 0) > 0)
      askedAt = Date.now()
    })
    expect(documentOf<Summary>(said)).toMatchObject({ status: 'completed', records: { refreshed: 40 } })
    // What was in flight came within a moment.
    const next = office.vendor.bill.entries().find(({ at }) => at > askedAt + 500)
    expect((next?.at ?? 0) - askedAt).toBeGreaterThan(2_900)
    expect((next?.at ?? 0) - askedAt).toBeLessThan(12_000)
  })
})

describe.skipIf(faketime === null)('a clock that is set over the reset', () => {
  test('stops the run: by the clock on the wall nothing may be charged any more', async () => {
    const office = await open(2_000, { latencyMs: 20 })
    const resetAt = Date.now() + 3_600_000
    office.configure({
      vendor: 'limits: { maxConcurrent: 2 },',
      credits: `cycle: { resetsAt: () => new Date(${resetAt}) },`,
    })
    const { said } = await runWith(office, TWO_HOURS_S)
    expect(said.code).toBe(3)
    expect(documentOf<Summary>(said)).toMatchObject({ status: 'stopped', stopReason: 'deadline' })
  })
})

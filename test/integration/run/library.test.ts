import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import {
  defineConfig,
  doctor,
  InputError,
  importRecords,
  plan,
  type RunEvent,
  replay,
  report,
  resume,
  run,
  type SpenddownConfig,
  settleUnknown,
  status,
  tick,
  unknownCalls,
} from '../../../src/index.ts'
import { peopleDataLabs } from '../../../src/presets.ts'
import { ownTable } from '../../support/databases/of-database.ts'
import { commandJson } from '../support/command-json.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { emailOf, type Stage } from '../support/stage.ts'

type Committed = { state: string; title: string }

/** Looks into the database at once, from a connection of its own, so that only what has committed is seen. */
function observer({ dialect, database, rows }: Stage): (key: string) => Promise<Committed> {
  const item = ownTable(dialect, 'item')
  const query = (key: string) =>
    `SELECT i.state AS state, p.job_title AS title FROM ${item} AS i JOIN people AS p ON concat(p.id) = i.key WHERE i.key = '${key}'`
  if (dialect !== 'sqlite') return async (key) => (await rows(query(key)))[0] as Committed
  const Database = createRequire(import.meta.url)('better-sqlite3')
  const file = new Database(database.url.slice('file:'.length), { readonly: true })
  return async (key) => file.prepare(query(key)).get()
}

/** Without what differs from one moment to the next: instants, and times until and since. */
function timeless(document: unknown): unknown {
  const text = JSON.stringify(document).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT')
  return JSON.parse(text.replace(/\d+ (min|s)( \d+ s)?( ahead of| behind)?/g, 'SO LONG'))
}

onEachStage((begin) => {
  test('each item is told once, after its checkpoint has committed', async () => {
    const stage = await begin({ people: 40, vendor: { matchRate: 0.7 } })
    const seen = new Map<string, { outcome: string; found: Promise<Committed> }[]>()
    const look = observer(stage)
    await stage.run(
      {},
      {},
      {
        onEvent: (event) => {
          if (event.type !== 'item') return
          seen.set(event.key, [...(seen.get(event.key) ?? []), { outcome: event.outcome, found: look(event.key) }])
        },
      },
    )
    expect(seen.size).toBe(40)
    for (const told of seen.values()) {
      expect(told).toHaveLength(1)
      const { state, title } = await told[0]!.found
      expect(state).toBe(told[0]!.outcome)
      expect(title === 'before').toBe(told[0]!.outcome === 'notFound')
    }
  })

  test('started comes first and ended last, with the summary that the promise gives', async () => {
    const stage = await begin({ people: 8 })
    const { events, summary } = await stage.run()
    expect(events[0]).toMatchObject({ type: 'started', resumed: false, runId: summary.runId })
    expect(events.at(-1)).toEqual({ type: 'ended', summary })
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1)
    expect(events.some(({ type }) => type === 'progress')).toBe(true)
  })

  test('the handle iterates over the same events, and ends', async () => {
    const stage = await begin({ people: 8 })
    const events: RunEvent[] = []
    const handle = run(stage.config(), {}, { onEvent: (event) => events.push(event) })
    const iterated: RunEvent[] = []
    for await (const event of handle) iterated.push(event)
    expect(iterated).toEqual(events)
    expect(iterated.filter(({ type }) => type === 'item')).toHaveLength(8)
    expect(await handle.summary).toMatchObject({ status: 'completed' })
    for await (const _ of handle) throw new Error('it has ended')
  })

  test('whoever leaves the loop does not stop the run', async () => {
    const stage = await begin({ people: 30 })
    const handle = run(stage.config())
    for await (const event of handle) if (event.type === 'item') break
    expect(await handle.summary).toMatchObject({ status: 'completed', records: { refreshed: 30 } })
  })

  test('an AbortSignal stops it, in the middle and before it has begun', async () => {
    const stage = await begin({ people: 80, vendor: { latencyMs: 5 } })
    const controller = new AbortController()
    const { summary } = await stage.run(
      {},
      {},
      {
        signal: controller.signal,
        onEvent: ({ type }) => {
          if (type === 'item') controller.abort()
        },
      },
    )
    expect(summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
    const calls = stage.vendor.stats.calls
    expect(calls).toBeLessThan(60)
    const never = await stage.run({}, {}, { signal: AbortSignal.abort() })
    expect(never.summary).toMatchObject({ status: 'stopped', runId: summary.runId })
    expect(stage.vendor.stats.calls).toBe(calls)
  })

  test('stop() may be called twice, and after the end', async () => {
    const stage = await begin({ people: 40, vendor: { latencyMs: 5 } })
    const handle = run(stage.config())
    handle.stop()
    handle.stop()
    expect(await handle.summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
    handle.stop()
    expect((await stage.run()).summary).toMatchObject({ status: 'completed', records: { refreshed: 40 } })
  })

  test('what is wrong with the table is told all at once, and before anything is spent', async () => {
    const stage = await begin()
    const wrong = stage.config({
      records: { key: 'idd', refreshedAt: 'refreshed', update: { job_titel: 'job_title' }, eligible: { mail: 'x' } },
    })
    const error = await run(wrong).summary.then(String, (reason: InputError) => reason)
    expect(error).toBeInstanceOf(InputError)
    const { problems } = error as InputError
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'records.key',
        'records.refreshedAt',
        'records.update.job_titel',
        'records.eligible.mail',
      ]),
    )
    expect(problems.find(({ path }) => path === 'records.update.job_titel')?.hint).toContain('job_title')
    expect(stage.vendor.stats.calls).toBe(0)
  })

  test('columns that do not exist are told with the nearest name, before anything is spent', async () => {
    const stage = await begin()
    const records = { update: { job_titel: 'job_title', companie: 'x' }, eligible: { emial: 'x' } }
    const error = await run(stage.config({ records, job: { where: { contry: 'US' } } })).summary.then(String, (e) => e)
    expect(error).toMatchObject({
      problems: [
        { path: 'records.update.job_titel', hint: expect.stringContaining('job_title') },
        { path: 'records.update.companie', hint: expect.stringContaining('company') },
        { path: expect.stringContaining('records.eligible'), hint: expect.stringContaining('email') },
        { path: expect.stringContaining('where'), hint: expect.stringContaining('country') },
      ],
    })
    expect(stage.vendor.stats.calls).toBe(0)
  })

  test('what is wrong with the config rejects the summary, as documented', async () => {
    const stage = await begin({ people: 1 })
    const handle = run({ ...stage.config(), vender: {} } as never)
    await expect(handle.summary).rejects.toBeInstanceOf(InputError)
  })

  test('defineConfig types records and gives back what it got', async () => {
    const stage = await begin({ people: 5 })
    interface Row {
      id: number
      email: string
      job_title: string
    }
    const base = stage.config()
    const config = defineConfig<Row>({
      ...base,
      records: { table: 'people', key: 'id', update: { job_title: 'job_title' } },
      jobs: { 'month-end': {} },
      vendor: {
        ...base.vendor,
        single: { request: ({ email }) => ({ path: '/v1/enrich', query: { email } }), data: (body) => body.data },
      },
    })
    expect(await run(config).summary).toMatchObject({ records: { refreshed: 5 } })
    expect(stage.vendor.bill.chargesOf(emailOf(5))).toBe(1)
  })

  test('plan, doctor, status and tick give what their commands print, and a tick does what is due', async () => {
    const stage = await begin({ people: 6 })
    const resetAt = new Date(Date.now() + 3_600_000)
    const cycle = { resetsAt: () => resetAt }
    const config = stage.config({ job: { schedule: { beforeReset: '12h' } }, credits: { cycle } })
    const same = async (found: unknown, ...command: string[]) => {
      expect(timeless(found)).toEqual(timeless(await commandJson(config, ...command)))
    }
    await same(await plan(config, 'month-end'), 'plan', 'month-end')
    const events: RunEvent[] = []
    const did = await tick(config, { onEvent: (event) => events.push(event) })
    expect(did).toMatchObject({ job: 'month-end', decision: 'start', run: { status: 'completed' } })
    expect(did.report).toContain(did.run?.runId)
    expect(events.at(-1)).toEqual({ type: 'ended', summary: did.run })
    const { judgement, ...run } = await status(config)
    expect(run).toEqual(did.run)
    expect(judgement).toMatchObject({ verdict: 'losing', cause: 'too-few-records', atStake: 994, spendable: 994 })
    await same(await status(config, did.run?.runId), 'status')
    await same(await plan(config), 'plan')
    await same(await doctor(config), 'doctor')
    await same(await tick(config), 'tick')
    expect(await tick(config)).toMatchObject({ decision: 'wait', because: 'done', run: null, report: null })
    expect(stage.vendor.bill.totals().charges).toBe(6)
  })

  test('what is wrong with the config, the job or the id rejects them, too', async () => {
    const config = (await begin({ people: 1 })).config()
    const wrong = { ...config, vender: {} } as never
    for (const answer of [plan, doctor, status, tick]) await expect(answer(wrong)).rejects.toBeInstanceOf(InputError)
    await expect(plan(config, 'no such job')).rejects.toMatchObject({ code: 'PLAN_INVALID' })
    await expect(status(config, 'none')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    await expect(tick(config)).rejects.toBeInstanceOf(InputError)
  })
})

test('a config whose records have a type of their own is taken by every function, and written with every preset', () => {
  interface Row {
    readonly email: string
    readonly wants_phone: boolean
  }
  type Takes = (config: SpenddownConfig<Row>, ...more: never[]) => unknown
  const all = [run, resume, replay, report, importRecords, unknownCalls, settleUnknown, plan, doctor, status, tick]
  expect(all satisfies readonly Takes[]).toHaveLength(11)
  const vendor = peopleDataLabs<Row>({
    identify: ({ email }) => ({ email }),
    credits: { cost: { per: 'match', credits: ({ wants_phone }) => (wants_phone ? 9 : 1), most: 9 } },
  })
  expect(vendor.credits?.cost?.most).toBe(9)
})

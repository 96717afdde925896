import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { InputError, LeaseHeldError } from '../../../src/index.ts'
import { INSTANT } from '../../support/databases/of-database.ts'
import type { Changes } from '../support/config.ts'
import { later } from '../support/later.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { BY_KEY, everything, IN_ORDER, keeping, replayOn, USELESS, WRONG } from '../support/replaying.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { emailOf, type Stage } from '../support/stage.ts'

const wrongly = (changes: Changes = {}): Changes =>
  keeping({ ...changes, records: { update: WRONG, ...changes.records } })
const uselessly = (changes: Changes = {}): Changes => keeping({ ...changes, records: { update: USELESS } })
const people = (stage: Stage) => stage.rows('SELECT id, job_title, company, refreshed_at FROM people ORDER BY id')
const runOf = async (stage: Stage) => (await stage.rows(`SELECT * FROM ${stage.own('run')} ORDER BY no DESC`))[0]

onEachStage((begin, dialect) => {
  describe.each([
    ['single calls', {}],
    ['bulk calls in order', IN_ORDER],
    ['bulk calls by key', BY_KEY],
    ['jobs of the vendor', later().vendor ?? {}],
  ])('%s', (_, vendor) => {
    test('what was mapped wrongly is mapped again, without a call or a credit; the second time nothing changes', async () => {
      const stage = await begin({ people: 25, vendor: { misses: (key) => key === emailOf(7) } })
      const { summary } = await stage.run(wrongly({ vendor }))
      expect(summary.records).toMatchObject({ refreshed: 24, notFound: 1 })
      const before = { calls: stage.vendor.stats.calls, bill: stage.vendor.bill.totals(), rows: await people(stage) }

      const replayed = await replayOn(stage, { vendor })
      expect(replayed).toMatchObject({ status: 'completed', dryRun: false, runId: summary.runId })
      expect(replayed.records).toMatchObject({ changed: 24, unchanged: 0, superseded: 0, gone: 0, mended: 0 })
      expect(replayed.columns).toEqual({ job_title: 24, company: 24 })
      const rows = await people(stage)
      for (const [at, row] of rows.entries()) {
        const was = before.rows[at]
        if (row.id === 7) expect(row).toEqual(was)
        else expect(row).toMatchObject({ job_title: was?.company, company: was?.job_title })
        expect(new Date(String(row.refreshed_at)).getTime()).toBeLessThanOrEqual(
          new Date(String(was?.refreshed_at)).getTime(),
        )
      }
      expect({ calls: stage.vendor.stats.calls, bill: stage.vendor.bill.totals() }).toMatchObject({
        calls: before.calls,
        bill: before.bill,
      })
      expect((await stage.rows(`SELECT spent, held FROM ${stage.own('run')}`))[0]).toEqual({
        spent: 24_000_000n,
        held: 0n,
      })

      const content = await everything(stage)
      const again = await replayOn(stage, { vendor })
      expect(again.records).toMatchObject({ changed: 0, unchanged: 24 })
      expect(await everything(stage)).toEqual(content)
    })

    test('paid replies that no mapping had a use for: the records are written, and the run counts them as refreshed', async () => {
      const stage = await begin({ people: 30 })
      const { summary } = await stage.run(uselessly({ vendor }))
      expect(summary).toMatchObject({ status: 'failed', records: { failed: 5, refreshed: 0 }, credits: { spent: 5 } })
      expect(summary.detail).toContain('`spenddown replay`')
      const replayed = await replayOn(stage, { vendor })
      expect(replayed.records).toMatchObject({ changed: 5, mended: 5, unreadable: 0 })
      expect(await stage.refreshed()).toEqual([1, 2, 3, 4, 5])
      expect(await runOf(stage)).toMatchObject({ status: 'failed', refreshed: 5, failed: 0 })
      const states = await stage.rows(`SELECT state, reason FROM ${stage.own('item')} WHERE seq <= 5`)
      expect(states).toEqual(Array(5).fill({ state: 'refreshed', reason: null }))
      const resting = await stage.rows(`SELECT "key" FROM ${stage.own('memory')} WHERE cool_down_until IS NOT NULL`)
      expect(resting).toEqual([])
      const content = await everything(stage)
      expect((await replayOn(stage, { vendor })).records).toMatchObject({ changed: 0, unchanged: 5, mended: 0 })
      expect(await everything(stage)).toEqual(content)
      // The stalest come first, and these are not among them any more.
      const { summary: next } = await stage.run(keeping({ vendor }), { limit: 25 })
      expect(next).toMatchObject({ status: 'completed', records: { refreshed: 25, coolingDown: 0 } })
      expect(stage.vendor.bill.totals().recordsChargedMoreThanOnce).toBe(0)
    })

    test('records deleted or changed meanwhile: the others get their own data, and those deleted count as gone', async () => {
      const stage = await begin({ people: 30, vendor: { misses: (key) => key === emailOf(9) } })
      await stage.run(wrongly({ vendor }))
      const before = await people(stage)
      await stage.execute(
        'DELETE FROM people WHERE id IN (6, 14, 15)',
        "UPDATE people SET email = 'moved@example.com' WHERE id = 12",
      )
      const replayed = await replayOn(stage, { vendor })
      expect(replayed.records).toMatchObject({ changed: 26, gone: 3, unreadable: 0 })
      expect(replayed.reasons).toEqual([])
      for (const { id, job_title } of await people(stage)) {
        if (id !== 9) expect([id, job_title]).toEqual([id, before[Number(id) - 1]?.company])
      }
    })
  })

  test('all of a call gone: counted, and nothing breaks', async () => {
    const stage = await begin({ people: 20 })
    await stage.run(wrongly({ vendor: BY_KEY }))
    await stage.execute('DELETE FROM people WHERE id <= 10')
    expect((await replayOn(stage, { vendor: BY_KEY })).records).toMatchObject({ covered: 20, changed: 10, gone: 10 })
  })

  test('a dry run shows what would change, and changes nothing', async () => {
    const stage = await begin({ people: 25 })
    await stage.run(wrongly())
    const content = await everything(stage)
    const shown = await replayOn(stage, {}, { dryRun: true })
    expect(shown).toMatchObject({ dryRun: true, status: 'completed', columns: { job_title: 25, company: 25 } })
    expect(shown.records).toMatchObject({ covered: 25, changed: 25 })
    expect(shown.first).toHaveLength(10)
    const [row] = await stage.rows('SELECT id, job_title, company FROM people WHERE id = 1')
    expect(shown.first.find(({ key }) => key === '1')?.changes).toEqual([
      { column: 'job_title', from: row?.job_title, to: row?.company },
      { column: 'company', from: row?.company, to: row?.job_title },
    ])
    expect(await everything(stage)).toEqual(content)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(25)
  })

  test('records with one person: duplicates are written and mended with their item', async () => {
    const thrice = Array.from({ length: 30 }, (_, at) => ({ id: at + 1, email: emailOf((at % 10) + 1) }))
    const stage = await begin({ people: thrice })
    const dedupe = { dedupeBy: ['email'] }
    const { summary } = await stage.run(keeping({ records: { ...dedupe, update: USELESS } }))
    expect(summary).toMatchObject({ status: 'failed', records: { failed: 15 }, credits: { spent: 5 } })
    await stage.execute('DELETE FROM people WHERE id IN (1, 12)')
    const replayed = await replayOn(stage, { records: dedupe })
    expect(replayed.records).toMatchObject({ covered: 15, changed: 13, gone: 2, mended: 13 })
    expect(await runOf(stage)).toMatchObject({ refreshed: 13, failed: 2 })
    expect(await stage.refreshed()).toEqual([2, 3, 4, 5, 11, 13, 14, 15, 21, 22, 23, 24, 25])
    const content = await everything(stage)
    expect((await replayOn(stage, { records: dedupe })).records).toMatchObject({ changed: 0, unchanged: 13, mended: 0 })
    expect(await everything(stage)).toEqual(content)
  })

  test('a record that someone else refreshed since keeps their data', async () => {
    const stage = await begin({ people: 10 })
    await stage.run(wrongly())
    const later = new Date(Date.now() + 1_000).toISOString()
    await stage.execute(`UPDATE people SET job_title = 'theirs', refreshed_at = '${later}' WHERE id IN (3, 4)`)
    const replayed = await replayOn(stage)
    expect(replayed.records).toMatchObject({ changed: 8, superseded: 2 })
    expect((await stage.rows("SELECT id FROM people WHERE job_title = 'theirs'")).length).toBe(2)
  })

  test('a later run of the records has the newer data: its predecessor replays nothing over it', async () => {
    const stage = await begin({ people: 10 })
    const first = await stage.run(wrongly())
    const second = await stage.run(wrongly())
    const replayed = await replayOn(stage, {}, { run: first.summary.runId })
    expect(replayed.records).toMatchObject({ superseded: 10, changed: 0 })
    expect(await replayOn(stage)).toMatchObject({ runId: second.summary.runId, records: { changed: 10 } })
    // Stamped with the time of their reply, which is before that run's own stamp.
    const again = await replayOn(stage, {}, { run: first.summary.runId })
    expect(again.records).toMatchObject({ superseded: 10, changed: 0 })
  })

  test('without refreshedAt, spenddown remembers which run was the later', async () => {
    const stage = await begin({ people: 10 })
    const none = { records: { refreshedAt: undefined as never } }
    const first = await stage.run(wrongly(none), { limit: 10 })
    expect((await replayOn(stage, none)).records).toMatchObject({ changed: 10 })
    expect((await replayOn(stage, none)).records).toMatchObject({ changed: 0, unchanged: 10 })
    const second = await stage.run(wrongly(none), { ids: ['1', '2', '3'] })
    expect((await replayOn(stage, none, { run: first.summary.runId })).records).toMatchObject({
      superseded: 3,
      unchanged: 7,
    })
    expect((await replayOn(stage, none, { run: second.summary.runId })).records).toMatchObject({ changed: 3 })
  })

  test('a column of whole seconds, or of epoch milliseconds: what the run stamped is known again', async () => {
    const stage = await begin({
      people: 12,
      instant: { sqlite: 'INTEGER', postgresql: 'timestamptz(0)', mysql: 'datetime' }[dialect],
    })
    await stage.run(wrongly())
    expect((await replayOn(stage)).records).toMatchObject({ changed: 12, superseded: 0 })
    expect((await replayOn(stage)).records).toMatchObject({ changed: 0, unchanged: 12 })
  })

  test('values are compared as their columns hold them', async () => {
    const stage = await begin({ people: 6 })
    const types = {
      sqlite: ['NUMERIC', 'REAL', 'BOOLEAN', 'JSON'],
      postgresql: ['numeric(10,2)', 'real', 'boolean', 'jsonb'],
      mysql: ['numeric(10,2)', 'float', 'boolean', 'json'],
    }[dialect]
    await stage.execute(...types.map((type, at) => `ALTER TABLE people ADD COLUMN c${at} ${type}`))
    const update = { c0: () => 1.5, c1: () => 0.25, c2: () => true, c3: () => ({ b: 1, a: [2] }) }
    await stage.run(keeping({ records: { update } }))
    expect((await replayOn(stage, { records: { update } })).records).toMatchObject({ changed: 0, unchanged: 6 })
    const other = { ...update, c2: () => false, c3: () => ({ b: 1, a: [3] }) }
    expect((await replayOn(stage, { records: { update: other } })).columns).toEqual({ c2: 6, c3: 6 })
  })

  test('what the corrected config cannot read is counted by reason, and shown', async () => {
    const faults = { html: { keys: [emailOf(8), emailOf(9)] } }
    const stage = await begin({ people: 20, vendor: { faults } })
    await stage.run(wrongly())
    const response = z.object({
      job_title: z.string(),
      key: z.string().refine((key) => key !== emailOf(12), 'not him'),
    })
    const replayed = await replayOn(stage, { vendor: { response } })
    expect(replayed.records).toMatchObject({ covered: 20, changed: 17, unreadable: 3 })
    const [html, invalid] = [/not JSON/, /^vendor\.response: key: not him/].map((pattern) =>
      replayed.reasons.find(({ reason }) => pattern.test(reason)),
    )
    expect(html?.first[0]?.shown).toContain('<')
    expect(invalid).toMatchObject({ records: 1, first: [{ key: '12' }] })
  })

  test('values that the database refuses are counted, and spoil nothing', async () => {
    const stage = await begin({ people: 0 })
    await stage.execute(
      'DROP TABLE people',
      `CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, job_title TEXT, company TEXT CHECK (company <> 'no'),
        refreshed_at ${INSTANT[dialect]})`,
      ...[1, 2, 3, 4, 5, 6].map(
        (id) => `INSERT INTO people VALUES (${id}, '${emailOf(id)}', 'before', 'before', NULL)`,
      ),
    )
    await stage.run(uselessly())
    const update = { company: (data: { key: string }) => (data.key === emailOf(3) ? 'no' : 'yes') }
    const replayed = await replayOn(stage, { records: { update } })
    expect(replayed.records).toMatchObject({ covered: 5, changed: 4, rejected: 1, mended: 4 })
    expect(await runOf(stage)).toMatchObject({ refreshed: 4, failed: 1 })
  })

  test('misses that were none: corrected results find the data', async () => {
    const stage = await begin({ people: 12, vendor: { cost: { per: 'record', credits: 1 } } })
    const blind = {
      ...IN_ORDER,
      bulk: { ...IN_ORDER.bulk, results: (body) => body.map(() => null) },
    } as typeof IN_ORDER
    const cost = { cost: { per: 'record' as const, credits: 1 } }
    const { summary } = await stage.run(keeping({ vendor: blind, credits: cost }))
    const notFound = summary.records.notFound
    expect(notFound).toBeGreaterThan(0)
    const replayed = await replayOn(stage, { vendor: IN_ORDER, credits: cost })
    expect(replayed.records).toMatchObject({ changed: notFound, mended: notFound })
    expect(await runOf(stage)).toMatchObject({ refreshed: notFound, not_found: 0 })
  })

  test('outcomes that the vendor tells in a header are told by it again', async () => {
    const vendor = await scriptedVendor(({ url }) => {
      const id = Number(/\d+/.exec(url.searchParams.get('email') ?? '')?.[0])
      return { headers: { 'x-result': id === 4 ? 'none' : 'found' }, body: { data: { job_title: `t${id}` } } }
    })
    const stage = await begin({ people: 6 })
    const rules: Changes = {
      vendor: { baseUrl: vendor.url, outcomes: [{ header: { name: 'x-result', value: 'none' }, is: 'not-found' }] },
      credits: { balance: undefined, remaining: undefined, charged: undefined, cost: { per: 'call', credits: 1 } },
    }
    await stage.run(keeping({ ...rules, records: { update: { job_title: 'nothing' } } }), { budget: 6 })
    const calls = vendor.calls.length
    const replayed = await replayOn(stage, { ...rules, records: { update: { job_title: 'job_title' } } })
    expect(replayed.records).toMatchObject({ notFound: 1, changed: 5 })
    expect(vendor.calls).toHaveLength(calls)
  })

  test('a secret is in no kept reply, and comes back where the same text is data; one that has changed spoils its record', async () => {
    const secret = '2026-01-01-acme'
    const vendor = await scriptedVendor(() => ({ body: { data: { job_title: `since ${secret}`, echo: secret } } }))
    const stage = await begin({ people: 6 })
    const changes = (key: string): Changes => ({
      vendor: { baseUrl: vendor.url, headers: { 'x-version': key }, keepReplies: '30d' },
      credits: { balance: undefined, remaining: undefined, charged: undefined },
    })
    await stage.run({ ...changes(secret), records: { update: { company: () => 'wrong' } } }, { budget: 6 })
    const { unpackReplies } = await import('../../../src/store/replies/reply-body.ts')
    for (const { body } of await stage.rows(`SELECT body FROM ${stage.own('reply_page')}`)) {
      expect(JSON.stringify(await unpackReplies(body as Uint8Array))).not.toContain(secret)
    }
    const update = { records: { update: { job_title: 'job_title' } } }
    const rotated = await replayOn(stage, { ...changes('another-version'), ...update })
    expect(rotated.records).toMatchObject({ changed: 0, unreadable: 6 })
    expect(rotated.reasons[0]?.reason).toContain('a secret')
    const shown = await replayOn(stage, { ...changes(secret), ...update }, { dryRun: true })
    expect(JSON.stringify(shown)).not.toContain(secret)
    await replayOn(stage, { ...changes(secret), ...update })
    const [row] = await stage.rows('SELECT job_title FROM people WHERE id = 1')
    expect(row).toEqual({ job_title: `since ${secret}` })
  })

  test('without keepReplies none is kept; to replay is refused with what to configure', async () => {
    const stage = await begin({ people: 6 })
    const { summary } = await stage.run()
    expect(await stage.rows(`SELECT * FROM ${stage.own('reply_page')}`)).toEqual([])
    const refused = await replayOn(stage).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(InputError)
    expect((refused as InputError).message).toContain(summary.runId)
    expect((refused as InputError).message).toContain("vendor.keepReplies: '30d'")
    await expect(replayOn(stage, {}, { run: 'nobody' })).rejects.toThrow('no run "nobody"')
  })

  test('replies go when their time has come, at the start of a run, in small transactions', async () => {
    const stage = await begin({ people: 30 })
    const { summary } = await stage.run(keeping({ vendor: { limits: { maxConcurrent: 2 } } }), { limit: 20 })
    const pages = stage.own('reply_page')
    const rows = await stage.rows(`SELECT expires_at, stamped_at FROM ${pages}`)
    for (const { expires_at, stamped_at } of rows) {
      expect(Math.abs(Number(expires_at) - Number(stamped_at) - 30 * 86_400_000)).toBeLessThan(60_000)
    }
    await stage.execute(
      `UPDATE ${pages} SET expires_at = ${Date.now() - 1} WHERE checkpoint <> (SELECT max(checkpoint) FROM ${pages})`,
    )
    const left = await replayOn(stage, {}, { dryRun: true })
    expect(left.replies.read).toBeLessThan(20)
    expect(await stage.rows(`SELECT * FROM ${pages}`)).toHaveLength(rows.length)
    await stage.run({}, { limit: 1 })
    expect(await stage.rows(`SELECT * FROM ${pages}`)).toHaveLength(1)
    await stage.execute(`UPDATE ${pages} SET expires_at = ${Date.now() - 1}`)
    await expect(replayOn(stage, {}, { run: summary.runId })).rejects.toThrow('none that are left')
    expect(await stage.rows(`SELECT * FROM ${pages}`)).toEqual([])
  })

  test('while a process spends from the account, a replay is refused and changes nothing; a dry run is not', async () => {
    const stage = await begin({ people: 60, vendor: { latencyMs: 20 } })
    let during: Promise<unknown> | null = null
    let dry: Promise<unknown> | null = null
    await stage.run(
      wrongly({ vendor: { limits: { maxConcurrent: 2 } } }),
      {},
      {
        onEvent: (event) => {
          if (event.type !== 'progress' || during !== null || event.summary.records.refreshed < 10) return
          during = replayOn(stage).catch((error: unknown) => error)
          dry = replayOn(stage, {}, { dryRun: true })
        },
      },
    )
    expect(await during).toBeInstanceOf(LeaseHeldError)
    expect(await dry).toMatchObject({ dryRun: true, status: 'completed' })
  })

  test('a stop ends it after the page under way, and the same replay goes on with the rest', async () => {
    const stage = await begin({ people: 40 })
    await stage.run(wrongly({ vendor: { limits: { maxConcurrent: 2 } } }))
    const stop = new AbortController()
    const { replay } = await import('../../../src/index.ts')
    const log = { debug: () => stop.abort(), info: () => {}, warn: () => {}, error: () => {}, trace: () => {} }
    const stopped = await replay(stage.config(keeping()), {}, { signal: stop.signal, log: log as never })
    expect(stopped.status).toBe('stopped')
    expect(stopped.records.changed).toBeGreaterThan(0)
    expect(stopped.records.changed).toBeLessThan(40)
    const rest = await replayOn(stage)
    expect(rest.records).toMatchObject({ unchanged: stopped.records.changed, changed: 40 - stopped.records.changed })
  })
})

import { describe, expect, test } from 'vitest'
import type { VendorOptions } from '../../../src/index.ts'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { goOn, outcomes, perform, reasonOf } from '../support/perform.ts'
import { type Answer, scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf, emailOf, idOf } from '../support/stage.ts'

type Bulk = NonNullable<VendorOptions['bulk']>

const BULK: Bulk = {
  maxRecords: 10,
  request: (records) => ({
    method: 'POST',
    path: '/v1/bulk',
    json: { requests: records.map(({ email }) => ({ email })) },
  }),
  results: (body) => body.map(({ status, data }) => ({ status, data })),
}

/** Bulk alone, or beside `single`. */
function bulk(changes: Partial<Bulk> = {}, more: Changes = {}): Changes {
  return {
    ...more,
    vendor: { single: undefined, ...more.vendor, bulk: { ...BULK, ...changes } } as Changes['vendor'] & {},
  }
}

const emails = (body: string): string[] => JSON.parse(body).requests.map(({ email }: { email: string }) => email)
const person = (email: string) => ({ key: email, job_title: `title of ${email}`, job_company_name: 'fresh' })
/** A vendor that finds everybody, and says what the test wants of some. */
const answering = (say: (email: string) => unknown) => (call: { body: string }) => ({
  body: emails(call.body).map(say),
})
const FIGURES = { balance: undefined, remaining: undefined, charged: undefined }

onEachStage((begin) => {
  test('many records a call, each in its own row, and the bill is the ledger', async () => {
    const stage = await begin({ people: 95, vendor: { misses: (key) => idOf(key) % 10 === 3 } })
    const performed = await stage.run(bulk())
    const { summary } = performed
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
    expect(summary.records).toMatchObject({ refreshed: 85, notFound: 10, failed: 0, remaining: 0 })
    expect(booksOf(summary, stage)).toEqual({ spent: 85, billed: 85, refreshed: 85 })
    // Five alone at first, then full calls, and the rest.
    const sizes = stage.vendor.bill.entries().map(({ records }) => records.length)
    expect(sizes[0]).toBe(4)
    expect(stage.vendor.stats.calls).toBeLessThanOrEqual(12)
    const rows = await stage.rows("SELECT id, email, job_title FROM people WHERE job_title <> 'before'")
    expect(rows).toHaveLength(85)
    expect(new Set(rows.map(({ job_title }) => job_title)).size).toBeGreaterThan(10)
    for (const call of await stage.rows(`SELECT items, cost FROM ${stage.own('call')} WHERE state = 'settled'`)) {
      expect(JSON.parse(String(call.items)).length).toBeGreaterThanOrEqual(Number(call.cost) / 1e6)
    }
  })

  test('single beside bulk is for a record that is left alone', async () => {
    const stage = await begin({ people: 26 })
    const config = stage.config({ vendor: { bulk: { ...BULK, maxRecords: 5 } } })
    const { summary } = await perform(config)
    expect(summary.records.refreshed).toBe(26)
    const sizes = stage.vendor.bill.entries().map(({ records }) => records.length)
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 5, 5, 5, 5, 5])
  })

  test.each([
    ['match', 20, 1],
    ['record', 20, 1],
    ['match', 19.5, 1.5],
  ] as const)('per %s: calls shrink as credits run out, and the last ones are spent', async (per, credits, each) => {
    const reserve = 7
    const vendor = { allotment: credits + reserve, cost: { per, credits: each } }
    const stage = await begin({ people: 60, vendor })
    const { summary } = await stage.run(bulk({}, { credits: { cost: { per, credits: each } }, job: { reserve } }))
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent' })
    expect(stage.vendor.account.remaining).toBe(reserve)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(credits)
    expect(summary.records.refreshed).toBe(credits / each)
  })

  test('per call: a full call costs as much as a lone record, and the credits reach that many more', async () => {
    const cost = { per: 'call' as const, credits: 2 }
    const stage = await begin({ people: 200, vendor: { allotment: 20, cost } })
    const { summary } = await stage.run(bulk({}, { credits: { cost } }))
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 20 } })
    // Five go alone at first, as one call.
    expect(summary.records.refreshed).toBe(95)
  })

  test('misses leave credits over, and more records are selected for them', async () => {
    const stage = await begin({ people: 400, vendor: { allotment: 50, misses: (key) => idOf(key) % 4 !== 0 } })
    const { summary } = await stage.run(bulk())
    expect(summary).toMatchObject({ stopReason: 'budget-spent', records: { refreshed: 50 }, credits: { spent: 50 } })
    expect(stage.vendor.account.remaining).toBe(0)
  })

  test('out of credits within a 200: what was served is kept, the rest goes back, and the run ends', async () => {
    const stage = await begin({ people: 40, vendor: { bulkShortfall: 'partial', allotment: 23 } })
    // The vendor has fewer credits than the run believes.
    const credits = { ...FIGURES, cost: { per: 'match' as const, credits: 1 } }
    stage.vendor.behave({ creditHeaders: { charged: false, remaining: false } })
    const { summary } = await stage.run(bulk({}, { credits, vendor: { limits: { maxConcurrent: 1 } } }), { budget: 40 })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted' })
    expect(summary.records).toMatchObject({ refreshed: 23, failed: 0, remaining: 17 })
    expect(summary.credits.spent).toBe(23)
  })

  test('a bad record in its place fails alone', async () => {
    const faults = { badRequest: { keys: [emailOf(13)] } }
    const stage = await begin({ people: 30, vendor: { faults } })
    const performed = await stage.run(bulk())
    expect(performed.summary.records).toMatchObject({ refreshed: 29, failed: 1 })
    expect(reasonOf(performed, 13)).toContain('400')
    expect(booksOf(performed.summary, stage)).toEqual({ spent: 29, billed: 29, refreshed: 29 })
  })

  test('a call that a bad record has refused whole is halved until that record is alone', async () => {
    const faults = { badRequest: { keys: [emailOf(13), emailOf(44)] }, unprocessable: { keys: [emailOf(2)] } }
    const stage = await begin({ people: 60, vendor: { faults, bulkBadItems: 'whole' } })
    const performed = await stage.run(bulk())
    expect(performed.summary).toMatchObject({ stopReason: 'all-refreshed' })
    expect(performed.summary.records).toMatchObject({ refreshed: 57, failed: 3 })
    expect([2, 13, 44].map((id) => outcomes(performed)[id])).toEqual(['failed', 'failed', 'failed'])
    expect(booksOf(performed.summary, stage)).toEqual({ spent: 57, billed: 57, refreshed: 57 })
    const attempts = await stage.rows(`SELECT max(attempts) AS most FROM ${stage.own('item')}`)
    expect(Number(attempts[0]?.most)).toBe(0)
  })

  test('a request function that one record breaks costs that record, and no other', async () => {
    const stage = await begin({ people: 30 })
    const request: Bulk['request'] = (records) => {
      if (records.some(({ id }) => id === 17)) throw new Error('no e-mail')
      return BULK.request(records)
    }
    const performed = await stage.run(bulk({ request }))
    expect(performed.summary.records).toMatchObject({ refreshed: 29, failed: 1 })
    expect(reasonOf(performed, 17)).toContain('vendor.bulk.request threw: no e-mail')
    expect(booksOf(performed.summary, stage)).toEqual({ spent: 29, billed: 29, refreshed: 29 })
  })

  test('a 413 halves the calls, once and for all', async () => {
    const stage = await begin({ people: 120, vendor: { maxBulkBytes: 200 } })
    const { summary } = await stage.run(bulk({ maxRecords: 24 }))
    expect(summary.records).toMatchObject({ refreshed: 120, failed: 0 })
    const sizes = stage.vendor.bill.entries().map(({ records }) => records.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6)
    expect(booksOf(summary, stage)).toEqual({ spent: 120, billed: 120, refreshed: 120 })
  })

  test('maxBytes keeps calls short before they are sent, and a record that is too long by itself fails', async () => {
    const people = Array.from({ length: 40 }, (_, at) => ({ id: at + 1, email: emailOf(at + 1) }))
    people[20] = { id: 21, email: `${'x'.repeat(400)}@example.com` }
    const stage = await begin({ people, vendor: { maxBulkBytes: 200 } })
    const performed = await stage.run(bulk({ maxRecords: 24, maxBytes: 200 }))
    expect(performed.summary.records).toMatchObject({ refreshed: 39, failed: 1 })
    expect(reasonOf(performed, 21)).toMatch(/4\d\d bytes long; vendor.bulk.maxBytes allows 200/)
    expect(performed.summary.calls.sent).toBe(stage.vendor.bill.totals().charges)
  })

  test('a lost reply: its items are tried again and counted once each, as the policy says', async () => {
    const stage = await begin({ people: 40, vendor: { faults: { resetAfter: { next: 1, keys: [emailOf(22)] } } } })
    const { summary } = await stage.run(bulk({}, { vendor: { limits: { maxConcurrent: 2 }, timeoutMs: 500 } }))
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed', calls: { unknown: 1 } })
    expect(summary.records).toMatchObject({ refreshed: 40, unknown: 0 })
    // The lost call holds the most that it can have cost; nobody needs those credits, so nobody asks what it did.
    expect(summary.credits.spent + summary.credits.unknown).toBe(stage.vendor.bill.totals().lookupCredits)
    const doubles = stage.vendor.bill.totals().lookupCredits - 40
    expect(doubles).toBeGreaterThan(0)
    expect(doubles).toBeLessThanOrEqual(10)
  })

  test('with an idempotency key the very same call goes out again, and is charged once', async () => {
    const faults = { resetAfter: { next: 1, keys: [emailOf(22)] } }
    const stage = await begin({ people: 40, vendor: { faults } })
    const { summary } = await stage.run(bulk({}, { vendor: { idempotencyHeader: 'Idempotency-Key' } }))
    expect(summary.records.refreshed).toBe(40)
    expect(booksOf(summary, stage)).toEqual({ spent: 40, billed: 40, refreshed: 40 })
    expect(stage.vendor.stats).toMatchObject({ replayed: 1, keyMismatches: 0 })
  })

  describe('replies that come in another form', () => {
    const run = async (
      answer: (call: { body: string; number: number }) => Answer,
      changes: Partial<Bulk>,
      people = 30,
    ) => {
      const stage = await begin({ people })
      const vendor = await scriptedVendor(answer)
      const config = bulk(changes, { vendor: { baseUrl: vendor.url }, credits: FIGURES })
      return { stage, vendor, ...(await stage.run(config, { budget: people })) }
    }

    test('by a key that the vendor echoes, in its own order, misses left out', async () => {
      const known = (list: string[]) => list.filter((email) => idOf(email) % 3 !== 0).reverse()
      const { summary, stage } = await run(({ body }) => ({ body: { found: known(emails(body)).map(person) } }), {
        results: (body) => body.found!.map((data: { key: string }) => ({ key: data.key, data })),
        key: ({ email }) => email,
      })
      expect(summary.records).toMatchObject({ refreshed: 20, notFound: 10 })
      expect(summary.credits.spent).toBe(20)
      for (const row of await stage.rows("SELECT email, job_title FROM people WHERE job_title <> 'before'")) {
        expect(row.job_title).toBe(`title of ${row.email}`)
      }
    })

    test('records that are throttled, forbidden or failed among others go their own way', async () => {
      let throttled = 0
      let failed = 0
      const say = (email: string) => {
        const id = idOf(email)
        if (id === 11 && throttled++ < 1) return { status: 429 }
        if (id === 12 && failed++ < 1) return { status: 500 }
        if (id === 13) return { status: 403 }
        return { status: 200, data: person(email) }
      }
      const performed = await run(answering(say), {})
      expect(performed.summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
      expect(performed.summary.records).toMatchObject({ refreshed: 29, failed: 1 })
      expect(outcomes(performed)[13]).toBe('failed')
      expect(reasonOf(performed, 13)).toContain('403')
      expect(performed.summary.credits.spent).toBe(29)
      const rows = await performed.stage.rows(
        `SELECT seq, attempts FROM ${performed.stage.own('item')} WHERE attempts > 0`,
      )
      expect(rows.map(({ seq, attempts }) => [Number(seq), Number(attempts)])).toEqual([[12, 1]])
    })

    test('parts that cannot be told apart: paid for, of no use, and the run stops before it wastes the rest', async () => {
      const { summary, events, logs } = await run(({ body }) => ({ body: emails(body).map(person).slice(1) }), {
        results: (body) => body.map((data) => ({ status: 200, data })),
      })
      expect(summary).toMatchObject({ status: 'failed', stopReason: 'error' })
      expect(summary.records).toMatchObject({ failed: 5, refreshed: 0 })
      expect(summary.credits.spent).toBe(5)
      expect(reasonOf({ events }, 1)).toContain('vendor.bulk.results: answered 4 parts for 5 records')
      expect(JSON.stringify([summary, logs])).toContain('answered 4 parts for 5 records')
    })

    test('data that some records cannot take fails those, and they are paid for', async () => {
      const say = (email: string) => ({ status: 200, data: idOf(email) % 10 === 7 ? { nothing: true } : person(email) })
      const { summary } = await run(answering(say), {})
      expect(summary.records).toMatchObject({ refreshed: 27, failed: 3 })
      expect(summary.credits.spent).toBe(30)
    })

    test('a call that is throttled or failed whole is the same call later', async () => {
      const { summary, vendor } = await run(({ body, number }) => {
        if (number === 2) return { status: 429, headers: { 'retry-after': '0' } }
        if (number === 3) return { status: 500 }
        return { body: emails(body).map((email) => ({ status: 200, data: person(email) })) }
      }, {})
      expect(summary.records).toMatchObject({ refreshed: 30, failed: 0 })
      expect(summary.calls).toMatchObject({ throttled: 1, failed: 1, sent: vendor.calls.length })
    })

    test('a 404 for the whole call is a fault of the call: it says nothing of its records', async () => {
      const { summary } = await run(() => ({ status: 404 }), {})
      expect(summary.records).toMatchObject({ notFound: 0, failed: 30 })
      expect(summary.credits.spent).toBe(0)
    })
  })

  test('a call that is refused whole while some of its records are refreshed by someone else', async () => {
    const stage = await begin({ people: 15 })
    const vendor = await scriptedVendor(({ body }) => {
      const asked = emails(body)
      if (asked.length < 10) return { body: asked.map((email) => ({ status: 200, data: person(email) })) }
      void stage.execute("UPDATE people SET refreshed_at = '2100-01-01T00:00:00.000Z' WHERE id BETWEEN 8 AND 13")
      return { status: 400, afterMs: 150 }
    })
    const config = bulk({}, { vendor: { baseUrl: vendor.url }, credits: FIGURES })
    const { summary } = await stage.run(config, { budget: 15 })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
    expect(summary.records).toMatchObject({ refreshed: 9, superseded: 6, failed: 0 })
  })

  test.each([
    [409, {}],
    [429, { 'retry-after': '0' }],
    [500, {}],
    [402, {}],
  ])('a lost call that is told %i when it goes out again is still the same call', async (status, headers) => {
    const stage = await begin({ people: 25 })
    const keys = new Map<string, Set<string>>()
    let tries = 0
    const vendor = await scriptedVendor(({ body, headers: sent }) => {
      const asked = emails(body)
      const key = String(sent['idempotency-key'])
      for (const email of asked) keys.set(email, (keys.get(email) ?? new Set()).add(key))
      const reply = { body: asked.map((email) => ({ status: 200, data: person(email) })) }
      if (!asked.includes(emailOf(12))) return reply
      tries += 1
      return tries === 1 ? 'hang up' : tries === 2 ? { status, headers } : reply
    })
    const changes = { baseUrl: vendor.url, idempotencyHeader: 'Idempotency-Key', limits: { maxConcurrent: 1 } }
    const config = stage.config(bulk({}, { vendor: changes, credits: FIGURES }))
    const { summary } = await perform(config, { budget: 25 })
    expect(keys.size).toBeGreaterThanOrEqual(15)
    for (const [email, used] of keys) expect([email, used.size]).toEqual([email, 1])
    if (status !== 402) expect(summary).toMatchObject({ records: { refreshed: 25 }, credits: { spent: 25 } })
    // The run ends, and nobody knows what the lost call cost.
    else expect(summary).toMatchObject({ stopReason: 'credits-exhausted', credits: { spent: 15, unknown: 10 } })
  })

  test('calls that are too large for their timeout get smaller before they waste the credits', async () => {
    const stage = await begin({ people: 60 })
    const vendor = await scriptedVendor(({ body }) => {
      const asked = emails(body)
      if (asked.length > 12) return 'say nothing'
      return { body: asked.map((email) => ({ status: 200, data: person(email) })) }
    })
    const changes = { baseUrl: vendor.url, timeoutMs: 150, limits: { maxConcurrent: 1 } }
    const { summary } = await stage.run(bulk({ maxRecords: 40 }, { vendor: changes, credits: FIGURES }), {
      budget: 200,
    })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed', records: { refreshed: 60 } })
    // Two calls were lost, of 35 (the first five had gone alone) and of 20; then came tens.
    expect(summary.calls.unknown).toBe(2)
    expect(summary.credits).toMatchObject({ spent: 60, unknown: 55 })
  })

  test('a part that says that the credentials are refused stops the run', async () => {
    const stage = await begin({ people: 20 })
    const vendor = await scriptedVendor(({ body }) => ({
      body: emails(body).map((email) => ({ status: 200, data: person(email) })),
    }))
    const results: Bulk['results'] = (body) =>
      body.map((part) => (part.data.key === emailOf(7) ? { outcome: 'credentials-refused' } : part))
    const changes = { vendor: { baseUrl: vendor.url }, credits: FIGURES }
    const { summary } = await stage.run(bulk({ results }, changes), { budget: 20 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error' })
  })

  test('one record that is too long does not make the calls of all others short', async () => {
    const people = Array.from({ length: 100 }, (_, at) => ({ id: at + 1, email: emailOf(at + 1) }))
    people[30] = { id: 31, email: `${'x'.repeat(900)}@example.com` }
    const stage = await begin({ people })
    const performed = await stage.run(bulk({ maxBytes: 500 }))
    expect(performed.summary.records).toMatchObject({ refreshed: 99, failed: 1 })
    expect(stage.vendor.stats.calls).toBeLessThanOrEqual(20)
  })

  test('stopped and resumed, nothing is paid for twice', async () => {
    const stage = await begin({ people: 120, vendor: { latencyMs: 20 } })
    const config = stage.config(bulk({}, { vendor: { limits: { maxConcurrent: 2 } } }))
    const first = await perform(config, {}, { onEvent: (event, run) => event.type === 'item' && run().stop() })
    expect(first.summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
    expect(first.summary.records.remaining).toBeGreaterThan(0)
    const { summary } = await goOn(config)
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 120 } })
    expect(booksOf(summary, stage)).toEqual({ spent: 120, billed: 120, refreshed: 120 })
  })

  test('a record that someone else refreshed, or that is gone, leaves its place in the call empty', async () => {
    const stage = await begin({ people: 40, vendor: { latencyMs: 30 } })
    let done = false
    const { summary } = await stage.run(
      bulk({}, { vendor: { limits: { maxConcurrent: 1 } } }),
      {},
      {
        onEvent: (event) => {
          if (event.type !== 'item' || done) return
          done = true
          void stage.execute(
            "UPDATE people SET refreshed_at = '2100-01-01T00:00:00.000Z' WHERE id = 38",
            'DELETE FROM people WHERE id = 39',
          )
        },
      },
    )
    expect(summary.records).toMatchObject({ refreshed: 38, superseded: 1, failed: 1, remaining: 0 })
    expect(booksOf(summary, stage)).toEqual({ spent: 38, billed: 38, refreshed: 38 })
  })
})

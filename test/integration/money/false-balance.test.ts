import { describe, expect, test } from 'vitest'
import { balances, type Changes } from '../support/config.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { type Answer, type Call, scriptedVendor } from '../support/scripted-vendor.ts'
import type { Stage } from '../support/stage.ts'

const ALLOTMENT = 380
const MOST_ASKED = 200

interface Turn {
  /** The account's true balance when the call came, and which lookup it is. */
  readonly balance: number
  readonly lookup: number
}

interface Scene {
  /** What others spend after a lookup. */
  readonly others?: (lookup: number) => number
  readonly afterMs?: number
}

/** A vendor with a bill of its own: a credit a lookup, a balance in each reply, and what a test has it say instead. */
async function billing(odd: (turn: Turn) => Answer | undefined, { others, afterMs = 2 }: Scene = {}) {
  const bill = { left: ALLOTMENT, charged: 0, refused: 0, lowest: ALLOTMENT }
  let lookups = 0
  const vendor = await scriptedVendor(({ url }: Call): Answer => {
    if (url.pathname === '/v1/account') return { body: { credits: { remaining: bill.left } } }
    lookups += 1
    const answer = odd({ balance: bill.left, lookup: lookups })
    if (answer?.status === 402) {
      bill.refused += 1
      return answer
    }
    bill.left -= 1
    bill.charged += 1
    bill.lowest = Math.min(bill.lowest, bill.left)
    const headers = { 'x-credits-remaining': String(bill.left), 'x-credits-charged': '1', ...answer?.headers }
    bill.left -= others?.(lookups) ?? 0
    return { headers, body: { data: { job_title: 'fresh' } }, afterMs }
  })
  return { vendor, bill }
}

const run = (stage: Stage, url: string, credits: Changes['credits'] = {}, concurrency = 8) =>
  stage.run({ vendor: { baseUrl: url, limits: { maxConcurrent: concurrency } }, credits, job: { reserve: 10 } })

const SAYS_NOTHING_LEFT: Answer = { headers: { 'x-credits-remaining': '0' } }

onOneStage((begin) => {
  describe('one reply says that nothing is left, and it is not so', () => {
    test.each([
      ['nothing', 0],
      ['a part', 150],
    ])('the endpoint is right throughout: all that may be spent is spent (%s)', async (_, said) => {
      const stage = await begin({ people: 500 })
      const answer = { headers: { 'x-credits-remaining': String(said) } }
      const { vendor, bill } = await billing(({ lookup }) => (lookup === 61 ? answer : undefined))
      const { summary, logs } = await run(stage, vendor.url)
      expect(summary).toMatchObject({
        status: 'completed',
        stopReason: 'budget-spent',
        credits: { spent: 370, drift: 0 },
      })
      expect(bill).toMatchObject({ charged: 370, left: 10 })
      expect(logs.some(({ message }) => message.startsWith('an earlier balance was too low'))).toBe(true)
    })

    test('what it took off is kept as doubtful beside the balance, for the process that goes on', async () => {
      const stage = await begin({ people: 10 })
      const { vendor } = await billing(({ lookup }) => (lookup === 6 ? SAYS_NOTHING_LEFT : undefined))
      const config = { vendor: { baseUrl: vendor.url, limits: { maxConcurrent: 1 } } }
      await stage.run(config, { limit: 6 })
      const [account] = await stage.rows(`SELECT expected_balance, doubted_balance FROM ${stage.own('account')}`)
      expect([account?.expected_balance, account?.doubted_balance].map(Number)).toEqual([0, 374_000_000])
    })

    test('it does so now and then: each time the endpoint is asked, and the run goes on', async () => {
      const stage = await begin({ people: 500 })
      const { vendor, bill } = await billing(({ lookup }) => (lookup % 100 === 61 ? SAYS_NOTHING_LEFT : undefined))
      const { summary } = await run(stage, vendor.url)
      expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 370 } })
      expect(bill.left).toBe(10)
    })

    test('where only replies tell the balance, those that were in flight with it outvote it', async () => {
      const stage = await begin({ people: 500 })
      // So slow that the other slots are in flight.
      const saysOnce = ({ lookup }: Turn) => (lookup === 61 ? SAYS_NOTHING_LEFT : undefined)
      const { vendor, bill } = await billing(saysOnce, { afterMs: 40 })
      const credits = { balance: undefined, remaining: balances.replies, allotment: ALLOTMENT }
      const { summary } = await run(stage, vendor.url, credits)
      expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 370 } })
      expect(bill.left).toBe(10)
    })

    test('where it comes alone, and only replies tell, nothing is sent to find out', async () => {
      const stage = await begin({ people: 500 })
      const { vendor, bill } = await billing(({ lookup }) => (lookup === 61 ? SAYS_NOTHING_LEFT : undefined))
      const credits = { balance: undefined, remaining: balances.replies, allotment: ALLOTMENT }
      const { summary } = await run(stage, vendor.url, credits, 1)
      expect(summary).toMatchObject({ stopReason: 'credits-exhausted' })
      expect(bill.charged).toBe(61)
    })
  })

  test('someone else has really spent: the endpoint says so too, and the reserve stands', async () => {
    const stage = await begin({ people: 500 })
    const { vendor, bill } = await billing(() => undefined, { others: (lookup) => (lookup === 61 ? 200 : 0) })
    const { summary } = await run(stage, vendor.url)
    expect(summary).toMatchObject({ stopReason: 'credits-exhausted', credits: { spent: 170 } })
    expect(bill).toMatchObject({ left: 10, lowest: 10 })
  })

  describe('a reply says 402', () => {
    test('once, and the balance shows plenty: the run goes on', async () => {
      const stage = await begin({ people: 500 })
      const { vendor, bill } = await billing(({ lookup }) => (lookup === 61 ? { status: 402 } : undefined))
      const { summary } = await run(stage, vendor.url)
      expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 370 }, records: { failed: 0 } })
      expect(bill).toMatchObject({ charged: 370, left: 10 })
    })

    test('from then on, whatever the balance shows: it is asked a few times more, and no oftener', async () => {
      const stage = await begin({ people: 500 })
      const { vendor, bill } = await billing(({ lookup }) => (lookup > 60 ? { status: 402 } : undefined))
      const { summary } = await run(stage, vendor.url)
      expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted', credits: { spent: 60 } })
      expect(summary.detail).toContain('the vendor says that no credits are left')
      // What was in flight, and two that went alone.
      expect(bill.refused).toBeLessThanOrEqual(8 + 2)
      expect(vendor.calls.length).toBeLessThan(MOST_ASKED)
    })
  })
})

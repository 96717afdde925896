import fc from 'fast-check'
import { expect, test } from 'vitest'
import { credits, runUnderTest } from '../../test/support/report/report-under-test.ts'
import { ITEM_END_STATES } from '../domain/call/item.ts'
import type { Credits } from '../domain/credits/credits.ts'
import type { CostGroup } from '../domain/run/groups.ts'
import { STOP_REASONS, type StopReason, summarize } from '../domain/run/run.ts'
import { accountsOf, spentOn } from './accounts.ts'

const amount = fc.integer({ min: 0, max: 2 ** 45 }).map((micro) => micro as Credits)
const STATES = [...ITEM_END_STATES, 'pending'] as const
const group: fc.Arbitrary<CostGroup> = fc.record({
  calls: fc.integer({ min: 1, max: 1_000 }),
  lost: fc.boolean(),
  cost: fc.integer({ min: 1, max: 10_000_000 }).map((micro) => micro as Credits),
  records: fc.dictionary(fc.constantFrom(...STATES), fc.integer({ min: 1, max: 100 }), { minKeys: 1 }),
})
const reason = fc.constantFrom(...(Object.keys(STOP_REASONS) as StopReason[]))
const per = fc.constantFrom('call', 'record', 'match', null)

test('of any run the accounts add up to the micro-credit: budget = spent + unknown + unused, and each is its parts', () => {
  const books = fc.record({ budget: amount, spent: amount, held: amount, unknown: amount })
  fc.assert(
    fc.property(books, reason, fc.option(fc.array(group)), per, ({ held, ...rest }, stopReason, groups, per) => {
      const run = runUnderTest({ ...rest, held: (rest.unknown + held) as Credits, stopReason })
      const { budget, parts, ...sums } = accountsOf(run, summarize(run), groups && spentOn(groups, per))
      expect(sums.spent.microCredits + sums.unknown.microCredits + sums.unused.microCredits).toBe(budget.microCredits)
      for (const of of ['spent', 'unknown', 'unused'] as const) {
        const own = parts.filter((part) => part.of === of)
        expect(own.reduce((sum, { microCredits }) => sum + microCredits, 0)).toBe(sums[of].microCredits)
        expect(own.every(({ why, microCredits }) => why !== '' && microCredits !== 0)).toBe(true)
      }
    }),
  )
})

test('what calls have cost is shared out to the last micro-credit, and nothing of it twice', () => {
  fc.assert(
    fc.property(fc.array(group), per, (groups, per) => {
      const all = groups.reduce((sum, { calls, cost }) => sum + calls * cost, 0)
      expect(Object.values(spentOn(groups, per)).reduce((sum, each) => sum + each, 0)).toBe(all)
    }),
  )
})

test('a call of several records is paid by those that matched, where the vendor charges by the match', () => {
  const groups = [{ calls: 2, cost: credits(10), lost: false, records: { refreshed: 3, notFound: 2, superseded: 2 } }]
  expect(spentOn(groups, 'match')).toMatchObject({ refreshed: credits(12), notFound: 0, superseded: credits(8) })
  // By the record, ten credits are sevenths: what cannot be divided goes to the first.
  expect(spentOn(groups, 'record')).toMatchObject({
    refreshed: 2 * (10_000_000 - 2 * 2_857_142),
    notFound: 2 * 2_857_142,
    superseded: 2 * 2_857_142,
  })
  expect(
    spentOn([{ calls: 1, cost: credits(4), lost: false, records: { notFound: 2, failed: 2 } }], 'match'),
  ).toMatchObject({
    notFound: credits(2),
    failed: credits(2),
  })
})

test('what a lost answer has cost is no price of fresh data', () => {
  const groups = [{ calls: 3, cost: credits(2), lost: true, records: { refreshed: 1 } }]
  expect(spentOn(groups, 'match')).toMatchObject({ lost: credits(6), refreshed: 0 })
  const run = runUnderTest({ spent: credits(6) })
  const [part] = accountsOf(run, summarize(run), spentOn(groups, 'match')).parts
  expect(part).toMatchObject({ of: 'spent', what: 'lost-answers', credits: 6, records: null })
})

const UNUSED: [string, Parameters<typeof runUnderTest>[0], string, string | RegExp][] = [
  ['no record was left', {}, 'all-refreshed', 'no eligible record is left'],
  ['others rest', { coolingDown: 7 }, 'all-refreshed', 'no eligible record is left; 7 rest on cool-down'],
  ['the rest is less than a call', { stopReason: 'budget-spent' }, 'budget-spent', /less is left/],
  ['the vendor had no more', { stopReason: 'credits-exhausted' }, 'credits-exhausted', 'no credits are left'],
  [
    'the deadline was reached',
    { stopReason: 'deadline', detail: 'the reset is near' },
    'deadline',
    'the reset is near',
  ],
  [
    'a person stopped it',
    { status: 'stopped', stopReason: 'interrupted', controlRequest: { what: 'stop', by: 'ann@host', at: 0 } },
    'stopped-by-hand',
    /^stopped by ann@host at 1970/,
  ],
  ['it goes on', { status: 'running', stopReason: null }, 'to-spend', 'the run is not over'],
]

test.each(UNUSED)('credits are not spent because %s, and that is said', (_, changes, what, why) => {
  const run = runUnderTest(changes)
  const [part] = accountsOf(run, summarize(run), null).parts.filter(({ of }) => of === 'unused')
  expect(part).toMatchObject({ what, credits: 10 })
  expect(part?.why).toMatch(why)
})

test('what open calls hold is named apart from what is left; more than the budget is said to be more', () => {
  const run = runUnderTest({ held: credits(4), unknown: credits(1), status: 'running', stopReason: null })
  const parts = accountsOf(run, summarize(run), null).parts.map(({ what, credits }) => [what, credits])
  expect(parts).toEqual([
    ['unassigned', 90],
    ['unknown-calls', 1],
    ['in-flight', 3],
    ['to-spend', 6],
  ])
  const stopped = runUnderTest({ held: credits(4), unknown: credits(1), status: 'stopped', stopReason: 'interrupted' })
  expect(accountsOf(stopped, summarize(stopped), null)).toMatchObject({
    unknown: { credits: 4 },
    unused: { credits: 6 },
  })
  const over = runUnderTest({ spent: credits(101) })
  expect(accountsOf(over, summarize(over), null)).toMatchObject({ unused: { credits: -1 } })
  expect(accountsOf(over, summarize(over), null).parts.at(-1)).toMatchObject({ what: 'overspent', credits: -1 })
})

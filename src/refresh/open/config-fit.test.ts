import { describe, expect, test } from 'vitest'
import type { ItemEndState } from '../../domain/call/item.ts'
import type { OutcomeKind } from '../../domain/call/outcome.ts'
import type { ItemReading } from '../classify/reply-reader.ts'
import { ConfigFit, type ConfigFitStart, FIRST_MISSES, FIRST_PAID } from './config-fit.ts'

/** A fit, and what makes records of a run come to their ends. */
function fitUnderTest(start: Partial<ConfigFitStart> = {}, foundWith: readonly string[] = []) {
  const logged: unknown[] = []
  const log = { trace() {}, debug() {}, info() {}, warn: (fields: unknown) => void logged.push(fields), error() {} }
  const fit = new ConfigFit({
    start: { proven: false, missed: 0, useless: 0, ...start },
    foundWith,
    fingerprint: () => 'mine',
    log,
  })
  let seq = 0
  const ends = (kind: OutcomeKind, end: ItemEndState | null, own: Partial<ItemReading> = {}, reason = 'no path') => {
    seq += 1
    fit.opened(seq)
    const outcome = { kind, reason }
    const mapped = kind === 'fresh' ? ({ kind: 'values', values: {} } as const) : null
    fit.answered(seq, { outcome, mapped, duplicates: [], paid: kind === 'fresh', shown: '"{}"', ...own })
    fit.committed([{ seq, key: `k${seq}`, duplicate: false, end, reason: end === 'failed' ? reason : null }])
  }
  const times = (count: number, one: () => void) => Array.from({ length: count }).forEach(one)
  const useful = () => ends('fresh', 'refreshed')
  const useless = () => ends('fresh', 'failed')
  const miss = () => ends('not-found', 'notFound')
  return { fit, ends, times, useful, useless, miss, logged }
}

describe('the first paid replies', () => {
  test('go five at a time until one was of use, and no more than five of no use are paid for', () => {
    const { fit, useless, times } = fitUnderTest()
    expect(fit.allowance).toBe(FIRST_PAID)
    fit.opened(101)
    fit.opened(102)
    expect(fit.allowance).toBe(3)
    fit.returned(101)
    expect(fit.allowance).toBe(4)
    fit.returned(102)
    times(4, useless)
    expect([fit.allowance, fit.wrong]).toEqual([1, null])
    useless()
    expect(fit.allowance).toBe(0)
    expect(fit.wrong).toContain('the first 5 paid replies were of no use, so the rest was not asked for')
    expect(fit.wrong).toContain('The last: no path; what came back: "{}"')
  })

  test('one of use is enough', () => {
    const { fit, useful, useless, times } = fitUnderTest()
    times(4, useless)
    useful()
    times(5, useless)
    expect([fit.proven, fit.wrong, fit.allowance]).toEqual([true, null, Number.POSITIVE_INFINITY])
  })

  test('misses prove nothing, paid or not, however many there are', () => {
    const { fit, ends, useless, miss, times } = fitUnderTest()
    times(60, miss)
    times(30, () => ends('not-found', 'notFound', { paid: true }))
    expect(fit.allowance).toBe(FIRST_PAID)
    times(5, useless)
    expect(fit.wrong).toContain('the first 5 paid replies')
  })

  test('a process that goes on counts what those before it have paid for', () => {
    const { fit, useless } = fitUnderTest({ useless: 3 })
    expect(fit.allowance).toBe(2)
    useless()
    useless()
    expect(fit.wrong).toContain('the first 5 paid replies')
  })

  test('count when they are committed: only then it is known whether the database took the values', () => {
    const { fit, ends, times } = fitUnderTest()
    times(5, () => ends('fresh', null))
    expect(fit.wrong).toBeNull()
  })
})

describe('the latest paid replies', () => {
  test('stop the run when more than half of fifty were of no use', () => {
    const { fit, useful, useless, times } = fitUnderTest()
    times(30, useful)
    times(25, useless)
    expect(fit.wrong).toBeNull()
    useless()
    expect(fit.wrong).toBe(
      '26 of the last 50 paid replies were of no use, so the rest was not asked for. Most often: no path (26 times). The last: no path; what came back: "{}". Compare `records.update`, `vendor.single.data` and `vendor.bulk.results` with a whole reply, as `spenddown try` shows it',
    )
  })

  test('do not while they are the exception, or too few to tell', () => {
    const { fit, useless, times } = fitUnderTest({ proven: true })
    times(49, useless)
    expect(fit.wrong).toBeNull()
    const every = fitUnderTest()
    times(500, () => {
      every.useful()
      every.useless()
    })
    expect(every.fit.wrong).toBeNull()
  })

  test('are logged the first, the tenth, the hundredth time', () => {
    const { useless, times, logged } = fitUnderTest({ proven: true })
    times(120, useless)
    expect(logged).toEqual([1, 10, 100].map((times) => ({ reason: 'no path', times })))
  })

  test('whose reasons all differ do not fill the log', () => {
    const { ends, times, logged } = fitUnderTest({ proven: true })
    let n = 0
    times(100, () => ends('fresh', 'failed', {}, `not JSON: ${n++}`))
    expect(logged).toHaveLength(20)
  })
})

describe('records for which the vendor has nothing', () => {
  test('stop the run where they are the first hundred, and none was ever found', () => {
    const { fit, ends, miss, times } = fitUnderTest()
    times(FIRST_MISSES - 1, miss)
    expect(fit.wrong).toBeNull()
    ends('not-found', 'notFound', { shown: '"no such route"' })
    expect(fit.wrong).toContain('the vendor had nothing for any of the first 100 records')
    expect(fit.wrong).toContain('no such route')
  })

  test('a call that is refused whole is no better', () => {
    const { fit, ends, times } = fitUnderTest()
    times(FIRST_MISSES, () => ends('give-up', 'failed'))
    expect(fit.wrong).toContain('the first 100 records')
  })

  test('say nothing once a record was found, now or by a run before', () => {
    const now = fitUnderTest()
    now.useful()
    now.times(500, now.miss)
    const before = fitUnderTest({}, ['another', 'mine'])
    before.times(500, before.miss)
    expect([now.fit.wrong, before.fit.wrong]).toEqual([null, null])
  })

  test('a config that another has found records with is no better for it', () => {
    const { fit, miss, times } = fitUnderTest({}, ['another'])
    times(FIRST_MISSES, miss)
    expect(fit.wrong).toContain('the first 100 records')
    expect(fit.foundWith).toEqual(['another'])
  })

  test('a find is known from the reply on, so that its checkpoint keeps it; ten configs are remembered', () => {
    const known = Array.from({ length: 10 }, (_, n) => `c${n}`)
    const { fit, ends } = fitUnderTest({}, known)
    ends('fresh', null)
    expect(fit.foundWith).toEqual([...known.slice(1), 'mine'])
    const again = fitUnderTest({}, ['mine', 'other'])
    again.useful()
    expect(again.fit.foundWith).toEqual(['mine', 'other'])
  })

  test('a vendor that is down or refuses for a while has said nothing of them', () => {
    const { fit, ends, times } = fitUnderTest()
    times(200, () => ends('try-again', 'failed'))
    times(200, () => ends('unknown', 'unknown'))
    expect(fit.wrong).toBeNull()
  })
})

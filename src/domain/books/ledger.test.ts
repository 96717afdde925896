import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Credits, NO_CREDITS } from '../credits/credits.ts'
import { LedgerError } from '../errors/errors.ts'
import { Ledger } from './ledger.ts'
import type { LedgerStart } from './ledger-start.ts'
import { available, awaitsReport, isHeldElsewhere, mayResendAlone, maySend, wantsReport } from './may-open.ts'
import type { InFlight } from './told.ts'

const c = (amount: number) => amount as Credits

function ledger(start: Partial<Record<keyof LedgerStart, unknown>> = {}): Ledger {
  const nothing = { reserve: 0, spent: 0, open: 0, unknown: 0, unknownElsewhere: 0 }
  return new Ledger({ budget: 100, expected: 100, watched: 'endpoint', ...nothing, ...start } as LedgerStart)
}

/** Opens and sends calls of 1 credit each. */
function sent(books: Ledger, calls: number) {
  return Array.from({ length: calls }, () => {
    books.opened(c(1))
    return books.belief.send(c(1))
  })
}

describe('what may be reserved', () => {
  test.each([
    ['the budget, where it is least', { budget: 7, watched: 'nowhere' }, 7],
    [
      'what is spendable, where it is least',
      { expected: 30, reserve: 10, unknownElsewhere: 3, watched: 'nowhere' },
      17,
    ],
    ['half of it until the next balance, where one can be had', { expected: 30, reserve: 10 }, 10],
    ['nothing below the reserve', { expected: 30, reserve: 31 }, 0],
    ['nothing once more is spent than budgeted', { budget: 5, spent: 6 }, 0],
    [
      'one call alone, where only a reply can tell the balance',
      { expected: null, budget: null, watched: 'replies' },
      1,
    ],
    ['nothing, where nobody can tell the budget', { expected: null, budget: null, watched: 'nowhere' }, 0],
    ['the whole budget, where the vendor reports nothing at all', { expected: null, watched: 'nowhere' }, 100],
  ])('is %s', (_, start, reservable) => {
    expect(available(ledger(start), c(1))).toBe(reservable)
  })

  test('halves its way to the reserve, and asks for a balance each time', () => {
    const books = ledger({ expected: 16, reserve: 0 })
    const opened: number[] = []
    while (available(books, c(1)) > 0 || awaitsReport(books, c(1))) {
      if (awaitsReport(books, c(1))) books.report(books.expected as Credits, books.belief.ask())
      const calls = sent(books, available(books, c(1)))
      opened.push(calls.length)
      for (const inFlight of calls) books.reply(inFlight, c(1), null)
    }
    expect(opened).toEqual([8, 4, 2, 1, 1])
  })

  test('continues where the endpoint reports more than is possible: no better balance is available, so our books count', () => {
    const books = ledger({ expected: 16 })
    for (const inFlight of sent(books, 8)) books.reply(inFlight, c(1), null)
    expect(available(books, c(1))).toBe(0)
    expect(books.report(c(1_000), books.belief.ask())).toEqual({ kind: 'too-high', by: 992 })
    expect([available(books, c(1)), books.expected]).toEqual([4, 8])
  })

  test('wants a fresh balance once a quarter of the last one is spent', () => {
    const books = ledger({ expected: 40 })
    const calls = sent(books, 10)
    expect(wantsReport(books)).toBe(false)
    for (const inFlight of calls) books.reply(inFlight, c(1), null)
    expect(wantsReport(books)).toBe(true)
    books.report(c(30), books.belief.ask())
    expect(wantsReport(books)).toBe(false)
  })

  test('wants none while nothing is left to spend: it would ask without end', () => {
    expect([9, 10, 11].map((reserve) => wantsReport(ledger({ expected: 10, reserve })))).toEqual([false, false, false])
  })
})

describe('what a call costs', () => {
  test('is settled in place of its reservation, and what it did not cost is free again', () => {
    const books = ledger({ watched: 'nowhere' })
    books.opened(c(10))
    const inFlight = books.belief.send(c(10))
    expect([books.spent, books.held, available(books, c(1))]).toEqual([0, 10, 90])
    books.reply(inFlight, c(3), null)
    expect([books.spent, books.held, available(books, c(1)), books.expected]).toEqual([3, 0, 97, 97])
  })

  test('may be more than its reservation, and then nothing negative is available', () => {
    const books = ledger({ budget: 1, watched: 'nowhere' })
    books.reply(sent(books, 1)[0]!, c(5), null)
    expect([books.spent, books.budgetLeft, available(books, c(1)), maySend(books)]).toEqual([5, -4, 0, false])
  })

  test('is held while it is unknown', () => {
    const books = ledger()
    books.lose(sent(books, 1)[0]!)
    expect([books.spent, books.held, books.unknown, books.unsettled]).toEqual([0, 1, 1, 1])
  })

  test('nothing comes back for a call that was never sent', () => {
    const books = ledger()
    books.opened(c(1))
    books.release(c(1))
    expect([books.spent, books.held]).toEqual([0, 0])
    expect(() => books.release(c(1))).toThrow(LedgerError)
  })
})

describe('a balance in a reply', () => {
  test('below what our calls in flight can explain shows others, by at least so much', () => {
    const books = ledger()
    const [first] = sent(books, 3)
    expect(books.reply(first!, c(1), c(97))).toEqual({ kind: 'agrees' })
    const [next] = sent(books, 1)
    expect(books.reply(next!, c(1), c(80))).toEqual({ kind: 'outside', credits: 16 })
    expect(books.expected).toBe(82)
  })

  test('older than the replies that overtook it is no news', () => {
    const books = ledger()
    const [first, second] = sent(books, 2)
    books.reply(second!, c(1), c(98))
    expect(books.reply(first!, c(1), c(99))).toEqual({ kind: 'agrees' })
    expect(books.expected).toBe(98)
  })

  test('higher than can be is ignored, and raises nothing', () => {
    const books = ledger()
    expect(books.reply(sent(books, 1)[0]!, c(1), c(1_000))).toEqual({ kind: 'too-high', by: 901 })
    expect(books.expected).toBe(99)
  })

  test('that comes first sets what the run may spend, where nobody knew it', () => {
    const books = ledger({ budget: null, expected: null, reserve: 10, watched: 'replies' })
    books.reply(sent(books, 1)[0]!, c(1), c(60))
    expect([books.budget, books.expected, books.budgetLeft]).toEqual([51, 60, 50])
  })

  test('is exact only while nothing else is in flight', () => {
    const books = ledger()
    const [first, second] = sent(books, 2)
    books.reply(first!, c(1), c(99))
    expect(books.belief.exact).toBeNull()
    books.reply(second!, c(1), c(98))
    expect(books.belief.exact).toBeNull()
    books.reply(sent(books, 1)[0]!, c(1), c(97))
    expect(books.belief.exact).toBe(97)
    sent(books, 1)
    expect(books.belief.exact).toBeNull()
  })
})

test('a contradiction that the next balance does not bear out ends: while calls are unknown, asking on decides nothing', () => {
  const books = ledger({ expected: 10, reserve: 5, unknown: 2 })
  expect(books.report(c(5), books.belief.ask())).toEqual({ kind: 'outside', credits: 3 })
  expect(books.report(c(8), books.belief.ask()).kind).toBe('too-high')
  expect(books.belief.contradicted).toBe(true)
  expect(books.report(c(7), books.belief.ask()).kind).toBe('agrees')
  expect([books.belief.contradicted, books.belief.doubted]).toEqual([false, 3])
})

describe('a balance that decides', () => {
  const start = { budget: 50, spent: 10, unknown: 4, unknownElsewhere: 6 }

  test.each([
    ['none was charged', 100, { here: 0, elsewhere: 0 }, 10],
    ['ours or others, so the most that each can have cost', 97, { here: 3, elsewhere: 3 }, 13],
    ['more than ours can cost', 95, { here: 4, elsewhere: 5 }, 14],
    ['all of them were', 90, { here: 4, elsewhere: 6 }, 14],
    ['never more than they can cost: the rest is others', 20, { here: 4, elsewhere: 6 }, 14],
  ])('unknown calls: %s', (_, balance, settled, spent) => {
    const books = ledger(start)
    expect(books.reconcile(c(balance))).toEqual(settled)
    expect([books.spent, books.unsettled, books.expected]).toEqual([spent, 0, balance])
  })

  test('leaves what other runs keep for their resume', () => {
    const books = ledger({ ...start, staysElsewhere: 2 })
    expect(books.unsettled).toBe(8)
    expect(books.reconcile(c(90))).toEqual({ here: 4, elsewhere: 4 })
    expect([books.unsettled, books.spendable]).toEqual([0, 88])
  })

  test('cannot tell when it is higher than the books, and then all stay held', () => {
    const books = ledger(start)
    expect(books.reconcile(c(101))).toBeNull()
    expect([books.unsettled, books.expected]).toEqual([10, 100])
  })

  test('is refused while calls are in flight', () => {
    const books = ledger(start)
    sent(books, 1)
    expect(() => books.reconcile(c(90))).toThrow(LedgerError)
  })
})

describe('a first call whose reply names no balance', () => {
  const unknowing = { expected: null, watched: 'replies', reserve: 50 }

  test('does not end a run that is to spend what remains', () => {
    const books = ledger({ ...unknowing, budget: null })
    books.reply(sent(books, 1)[0]!, NO_CREDITS, null)
    expect(available(books, c(1))).toBe(1)
  })

  test('does not let a run spend blindly what may be the reserve', () => {
    const books = ledger({ ...unknowing, budget: 100 })
    books.reply(sent(books, 1)[0]!, NO_CREDITS, null)
    expect(available(books, c(1))).toBe(1)
  })
})

describe('a reply that cannot be read, booked at the most that it can have cost', () => {
  const start = { expected: 100, reserve: 90, watched: 'replies' }
  /** Expected balances: a reply that cannot be read and told 100 or less, then replies that cost a credit and told these. */
  const expectedAfter = (books: Ledger, misread: number, ...balances: number[]) => {
    for (const inFlight of sent(books, 1)) books.reply(inFlight, c(1), c(misread), c(1))
    return balances.map((balance) => {
      for (const inFlight of sent(books, 1)) books.reply(inFlight, c(1), c(balance))
      return books.expected
    })
  }

  test('its balance and the next show that it cost nothing', () => {
    expect(expectedAfter(ledger(start), 100, 99, 98)).toEqual([99, 98])
  })

  test('a later balance shows that it cost that', () => {
    const books = ledger(start)
    expect(expectedAfter(books, 99, 98, 98, 97)).toEqual([98, 97, 96])
    expect(books.doubted).toBe(0)
  })

  test('never more comes back than it can have cost', () => {
    expect(expectedAfter(ledger(start), 100, 500, 500, 499)).toEqual([98, 97, 96])
  })

  test('is for the endpoint to tell, where there is one, once it settles unknown calls', () => {
    const books = ledger({ ...start, unknown: 4, watched: 'endpoint' })
    expect(expectedAfter(books, 100, 99, 98)).toEqual([98, 97])
    expect(books.reconcile(c(98 - 1))).toEqual({ here: 1, elsewhere: 0 })
    expect(books.expected).toBe(97)
  })

  test('stays in doubt in processes that hear no balance', () => {
    const books = ledger(start)
    expectedAfter(books, 100)
    const { lastKnown, doubted } = books
    expect([lastKnown, doubted]).toEqual([99, 1])
    const next = ledger({ ...start, expected: null, lastTold: lastKnown, lastDoubted: doubted })
    expect([next.lastKnown, next.doubted]).toEqual([99, 1])
  })
})

describe('what unknown calls of other runs have cost, by the first balance in a reply', () => {
  const start = { expected: null, watched: 'replies', budget: 50, unknownElsewhere: 6, lastTold: 40 }
  const settled = (balance: number, change: object = {}) => {
    const books = ledger({ ...start, ...change })
    for (const inFlight of sent(books, 1)) books.reply(inFlight, c(1), c(balance))
    return books.reconcile(c(balance))?.elsewhere
  }

  test.each([
    ['nothing is missing since the last', 39, 0],
    ['a part', 36, 3],
    ['others have spent as well', 20, 6],
    ['all of it, where the account was topped up', 60, 6],
  ])('%s', (_, balance, elsewhere) => expect(settled(balance)).toBe(elsewhere))

  test('all of it where the last balance is in doubt, or none is known', () => {
    expect([settled(36, { lastDoubted: 1 }), settled(36, { lastTold: null })]).toEqual([6, 6])
  })

  test('is never less than what they did cost', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(20), (charged, others) => {
        expect(settled(40 - 1 - charged - others)).toBeGreaterThanOrEqual(charged)
      }),
    )
  })
})

describe('calls that an interrupted run will send again', () => {
  const elsewhere = { unknownElsewhere: 6, staysElsewhere: 6 }

  test('where only replies tell, the first tells what they have cost, and what is missing later others have spent', () => {
    const books = ledger({ ...elsewhere, expected: null, lastTold: 100, watched: 'replies', keptProcessed: true })
    const answered = (balance: number) => books.reply(sent(books, 1)[0] as InFlight, c(1), c(balance))
    expect(answered(97)).toEqual({ kind: 'agrees' })
    expect([books.expected, books.spendable]).toEqual([99, 97 - 6])
    expect(answered(93)).toEqual({ kind: 'outside', credits: 3 })
    expect([books.expected, books.spendable]).toEqual([95, 93 - 6])
  })

  test.each([
    ['nothing is missing: none was charged', 100, { here: 0, elsewhere: 0 }, 100, 100 - 6],
    ['either may have cost what is missing', 97, null, 100, 100 - 4 - 6],
    ['all is missing that they can have cost', 90, { here: 4, elsewhere: 0 }, 96, 90 - 6],
  ])('a balance settles calls beside them only if it tells whose are charged: %s', (_, balance, settled, ...after) => {
    const books = ledger({ ...elsewhere, unknown: 4 })
    expect([books.reconcile(c(balance)), books.expected, books.spendable]).toEqual([settled, ...after])
  })

  test('once a balance has told what they cost, the next tells exactly what others have', () => {
    const settled = fc.property(fc.nat(6), fc.nat(4), fc.nat(20), (kept, own, others) => {
      const books = ledger({ ...elsewhere, unknown: 4, keptCost: kept })
      books.reportAtStart(c(100 - kept))
      expect([books.spendable, books.belief.assumed]).toEqual([100 - kept - 4 - 6, kept])
      const here = Math.min(own + others, 4)
      expect(books.reconcile(c(100 - kept - own - others))).toEqual({ here, elsewhere: 0 })
      expect([books.expected, books.spendable]).toEqual([100 - own - others, 100 - kept - own - others - 6])
      expect(books.belief.drift).toBe(own + others - here)
    })
    fc.assert(settled)
  })

  test('are named as what a run lacks only where their credits would do, and its own do not', () => {
    const books = ledger({ ...elsewhere, expected: 10 })
    expect([4, 5, 10, 11].map((each) => isHeldElsewhere(books, c(each)))).toEqual([false, true, true, false])
    expect(isHeldElsewhere(ledger({ expected: 3 }), c(5))).toBe(false)
  })

  test('keep their credits where the first balance comes in a reply, and may include them or not', () => {
    const books = ledger({ ...elsewhere, budget: 50, expected: null, watched: 'replies', reserve: 10 })
    const [call] = sent(books, 1)
    if (call !== undefined) books.reply(call, c(1), c(29))
    expect([books.spendable, books.expected]).toEqual([29 - 10 - 6, 29 + 6])
  })

  test.each([
    ['were not charged before it', 30, 29, 29],
    ['may have been', 33, 29, 32],
  ])('keep their credits where the last balance tells that they %s', (_, lastTold, balance, expected) => {
    const books = ledger({ ...elsewhere, budget: 50, expected: null, watched: 'replies', lastTold })
    for (const inFlight of sent(books, 1)) books.reply(inFlight, c(1), c(balance))
    expect([books.spendable, books.expected]).toEqual([balance - 6, expected])
  })

  test('keep their credits where what is missing from the first balance may be theirs or not', () => {
    const books = ledger({ ...elsewhere, expected: 100 })
    books.reportAtStart(c(95))
    expect([books.spendable, books.expected]).toEqual([95 - 6, 100])
  })
})

test('where others have spent meanwhile, open calls of an earlier process are taken as not charged', () => {
  const books = ledger({ open: 4, expected: 13, reserve: 4 })
  books.reportAtStart(c(6))
  expect([books.spendable, maySend(books)]).toEqual([6 - 4 - 4, false])
})

describe('open calls of an earlier process, where only replies tell and others have spent', () => {
  const found = { watched: 'replies', reserve: 12, expected: 23, open: 6, unknown: 2, lastReported: 14 }

  test('are taken as not charged once a reply shows less than they explain', () => {
    const books = ledger(found)
    const first = books.belief.sendAgain(c(1))
    expect(books.reply(first, c(1), c(13)).kind).toBe('outside')
    // 13 less the reserve and the five calls that wait: by the books they are paid for.
    expect([books.spendable, books.spendableByBooks, maySend(books)]).toEqual([13 - 12 - 5, 1, false])
  })

  test.each([
    ['before the first reply, by the last one of the process before', 14, 2],
    ['none where the reserve would not be kept', 12, 0],
    ['none where none has reported a balance', null, null],
  ])('one goes alone if the balance covers it: %s', (_, lastReported, left) => {
    const books = ledger({ ...found, expected: 15, lastReported })
    expect([maySend(books), books.leftByReplies]).toEqual([false, left])
    expect([mayResendAlone(books, c(2)), mayResendAlone(books, c(3))]).toEqual([left === 2, false])
  })

  test('an old reply to one does not make more of the balance than was left', () => {
    const books = ledger(found)
    const answered = (cost: number, balance: number) => {
      books.reply(books.belief.sendAgain(c(1)), c(cost), c(balance))
      return books.leftByReplies
    }
    // Old, new at 13, charged before and told as it is now, old again.
    expect([answered(0, 36), answered(1, 13), answered(1, 13), answered(0, 36)]).toEqual([2, 1, 1, 1])
  })

  test('nor where an endpoint tells, which settles them', () => {
    expect(mayResendAlone(ledger({ ...found, watched: 'endpoint' }), c(1))).toBe(false)
  })
})

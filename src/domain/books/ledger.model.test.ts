import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { credits } from '../../../test/support/refresh/account-under-test.ts'
import { BooksUnderTest, type Setup, unspent } from '../../../test/support/refresh/books-under-test.ts'
import { finishRun, type Step, settle, setups, steps, take } from '../../../test/support/refresh/script-under-test.ts'
import { inTier } from '../../../test/support/tier.ts'
import { available, keepsOff } from './may-open.ts'

const RUNS = { numRuns: Number(process.env.MODEL_RUNS ?? inTier(200, 2_000)) }

/** No kills and no lost replies: nothing is ever unknown. */
const whole = steps.map((script) => script.filter(({ what }) => what !== 'kill' && what !== 'lose' && what !== 'drop'))

/** Plays a script and checks after every step. */
function play(setup: Setup, script: readonly Step[], check: (books: BooksUnderTest) => void): BooksUnderTest {
  const books = new BooksUnderTest(setup)
  check(books)
  for (const step of script) {
    take(books, step)
    check(books)
  }
  return books
}

/** What this run was billed; calls of other runs have numbers below 0. */
function billedHere(books: BooksUnderTest): number {
  let sum = 0
  for (const { n, cost } of books.vendor.calls.values()) if (n > 0) sum += cost ?? 0
  return sum
}

/** Cheaper than `expect`, some hundred thousand times a second. */
function holds(what: string, condition: boolean, detail: () => unknown): void {
  if (!condition) throw new Error(`${what}: ${JSON.stringify(detail())}`)
}

function neverOverBudget(books: BooksUnderTest): void {
  const { durable, process, setup } = books
  const budget = Math.min(process?.ledger.budget ?? durable.budget, setup.budget === 'remaining' ? 1e9 : setup.budget)
  const billed = billedHere(books)
  holds('billed no more than the budget', billed <= budget, () => ({ billed, budget }))
}

function booksAreSound({ process, durable }: BooksUnderTest): void {
  holds('the database keeps within the budget', durable.spent + durable.held <= durable.budget, () => durable.run)
  if (process === null) return
  const { budget, spent, held, unknown, unsettled } = process.ledger
  const mayReserve = available(process.ledger, durable.each)
  const sums = { spent, held, unknown, open: held - unknown, unsettled, mayReserve }
  holds(
    'no sum is negative',
    Object.values(sums).every((sum) => sum >= 0),
    () => sums,
  )
  holds('spent and held keep within the budget', budget === null || spent + held <= budget, () => ({ budget, ...sums }))
}

/** It may begin below its reserve, and what other runs have sent may still be charged. */
function neverBelowReserve({ setup, vendor }: BooksUnderTest): void {
  const least = Math.min(setup.balance - (setup.purchased ?? 0) - setup.elsewhere * setup.each, setup.reserve)
  holds('the plan is not below the reserve', vendor.plan >= least, () => ({ plan: vendor.plan, least }))
}

describe('whatever happens, with kills', () => {
  test('the bill never exceeds the budget, the books never go negative, and hold what the store will accept', () => {
    const property = fc.property(setups({ allotment: true }), steps, (setup, script) => {
      const books = play(setup, script, (now) => {
        neverOverBudget(now)
        booksAreSound(now)
      })
      finishRun(books)
      neverOverBudget(books)
      expect(books.vendor.adds).toBe(true)
    })
    fc.assert(property, RUNS)
  })

  test('while nobody else spends, the account never falls below the reserve, and nobody is accused of it', () => {
    const property = fc.property(setups({ allotment: true, outside: false }), steps, (setup, script) => {
      const books = play(setup, script, neverBelowReserve)
      finishRun(books)
      neverBelowReserve(books)
      holds(
        'nobody is accused',
        books.reports.every(({ kind }) => kind !== 'outside'),
        () => books.reports,
      )
    })
    fc.assert(property, RUNS)
  })
})

describe('where the vendor charges less than our books', () => {
  const repeats = setups({ allotment: true, repeats: true })

  test('neither the budget nor the books suffer, whoever spends', () => {
    const property = fc.property(repeats, steps, (setup, script) => {
      const books = play(setup, script, (now) => {
        neverOverBudget(now)
        booksAreSound(now)
      })
      finishRun(books)
      neverOverBudget(books)
    })
    fc.assert(property, RUNS)
  })

  test('nor does the reserve', () => {
    const alone = repeats.map((setup) => ({ ...setup, outside: false }))
    const property = fc.property(alone, steps, (setup, script) => {
      const books = play(setup, script, neverBelowReserve)
      finishRun(books)
      neverBelowReserve(books)
    })
    fc.assert(property, RUNS)
  })
})

describe('drift', () => {
  const drift = ({ process, durable }: BooksUnderTest) => process?.ledger.belief.drift ?? durable.drift
  const alone = setups({ allotment: true, outside: false, purchased: null })

  test('is never above zero while nobody else spends, and costs are as declared', () => {
    const property = fc.property(alone, steps, (setup, script) => {
      const books = play(setup, script, (now) => holds('nothing is missing', drift(now) <= 0, () => drift(now)))
      finishRun(books)
      holds('nothing is missing', drift(books) <= 0, () => drift(books))
    })
    fc.assert(property, RUNS)
  })

  test('is nothing at rest, after a look at a balance that does not lag', () => {
    const property = fc.property(alone, whole, (setup, script) => {
      const books = play({ ...setup, lag: null, reports: 'each' }, script, () => {})
      settle(books)
      books.ask()
      settle(books)
      expect(drift(books)).toBe(0)
    })
    fc.assert(property, RUNS)
  })

  test('is what costs are declared too high by, at rest', () => {
    const watched = setups({ watch: 'endpoint', lag: null, allotment: true, outside: false, purchased: null })
    const declared = watched.map((setup) => ({ ...setup, repeats: true, elsewhere: 0, reports: 'each' as const }))
    const property = fc.property(declared, whole, (setup, script) => {
      const books = play(setup, script, () => {})
      settle(books)
      books.ask()
      settle(books)
      expect(drift(books)).toBe(books.vendor.billed - books.process!.ledger.spent)
    })
    fc.assert(property, RUNS)
  })
})

function noDrift(books: BooksUnderTest, wasKilled: boolean): void {
  settle(books)
  books.reconcile()
  const { ledger } = books.process!
  // Calls of other runs that will be sent again under their keys stay in doubt.
  if (ledger.unsettled > 0 || (books.setup.idempotent && books.setup.elsewhere > books.setup.ended)) return
  const { durable, vendor } = books
  expect(durable.spent).toBe(ledger.spent)
  expect(ledger.held).toBe(0)
  // A balance cannot distinguish unknown calls of this run and of others: each side is charged the most possible.
  expect(durable.spent).toBeGreaterThanOrEqual(billedHere(books))
  expect(durable.spentElsewhere).toBeGreaterThanOrEqual(vendor.billed - billedHere(books))
  if (books.setup.elsewhere === 0) expect(ledger.spent).toBe(billedHere(books))
  // Charged to both sides, it is missing twice from what a new process takes to be left of an allotment, until a reply tells.
  const twice = wasKilled && books.setup.watch !== 'endpoint' ? durable.spentElsewhere : 0
  expect(ledger.expected).toBeGreaterThanOrEqual(vendor.plan - twice)
  expect(ledger.expected).toBeLessThanOrEqual(vendor.plan)
}

describe('with nothing in flight, while nobody else spends', () => {
  test('the books agree with the vendor to the credit once nothing is unknown: no drift', () => {
    const property = fc.property(setups({ allotment: true, outside: false }), steps, (setup, script) => {
      const wasKilled = script.some(({ what }) => what === 'kill')
      noDrift(
        play(setup, script, () => {}),
        wasKilled,
      )
    })
    fc.assert(property, RUNS)
  })

  test('nor where a run with a journal is killed twice', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, watch: 'endpoint' })
    books.beginCheckpoint(1)
    books.endCheckpoint()
    books.send()
    books.deal(0, 1)
    books.reply(0, 0)
    books.kill(false, true)
    books.resume()
    books.kill(false, false)
    noDrift(books, true)
  })

  test('nothing is stranded: a run driven to its end leaves less than one reservation', () => {
    const property = fc.property(setups({ allotment: true, outside: false }), steps, (setup, script) => {
      const books = play(setup, script, () => {})
      finishRun(books)
      const { ledger } = books.process!
      expect(unspent(ledger)).toBeLessThan(setup.each)
      if (setup.watch === 'endpoint' && ledger.unsettled > 0) {
        // Only where calls that other runs will send again may have cost what is missing from the balance, or ours.
        const missing = (ledger.expected ?? 0) + ledger.belief.doubted - books.vendor.plan
        expect([ledger.staysElsewhere > 0, missing > 0, missing < ledger.doubtful]).toEqual([true, true, true])
      }
      // A budget of what remains has grown by all that turned out not to have been charged to others' calls.
      // (But for a kill right after: see below.)
      const forgotten = setup.elsewhere > 0 && script.some(({ what }) => what === 'kill')
      if (setup.budget === 'remaining' && ledger.unsettled === 0 && ledger.spendable !== null && !forgotten)
        expect(ledger.spendable).toBeLessThan(setup.each)
    })
    fc.assert(property, RUNS)
  })
})

describe('where a reply at times says far less than there is, and nobody else spends', () => {
  const lying = { falseLow: true, allotment: true, outside: false } as const

  test('budget, books and reserve hold all the same', () => {
    const property = fc.property(setups(lying), steps, (setup, script) => {
      const books = play(setup, script, (now) => {
        neverOverBudget(now)
        booksAreSound(now)
        neverBelowReserve(now)
      })
      finishRun(books)
      neverOverBudget(books)
      neverBelowReserve(books)
    })
    fc.assert(property, RUNS)
  })

  test('and nothing is stranded where the endpoint can be asked', () => {
    const setup = setups({ ...lying, watch: 'endpoint', lag: null, purchased: null, elsewhere: 0 })
    const property = fc.property(setup, whole, (setup, script) => {
      const books = play(setup, script, () => {})
      finishRun(books)
      const left = Math.min(books.process!.ledger.budgetLeft as number, books.vendor.plan - setup.reserve)
      expect(left).toBeLessThan(setup.each)
    })
    fc.assert(property, RUNS)
  })

  test('and the books are the bill in the end, there and whatever was killed, and nobody else is said to have spent', () => {
    const setup = setups({ ...lying, watch: 'endpoint', lag: null, purchased: null, elsewhere: 0 })
    const property = fc.property(setup, steps, (setup, script) => {
      const books = play(setup, script, () => {})
      finishRun(books)
      for (let look = 0; look < 3; look++) {
        books.ask()
        settle(books)
      }
      const { spent, held, belief } = books.process!.ledger
      expect([spent, held]).toEqual([billedHere(books), 0])
      holds('nobody is said to have spent', belief.drift <= 0, () => belief.drift)
    })
    fc.assert(property, RUNS)
  })
})

const BLIND = { watch: 'replies', allotment: false, elsewhere: 0 } as const

describe('a run that learns its balance from the first reply', () => {
  test('holds budget, reserve and books, drifts nowhere and strands nothing, while no call is unknown', () => {
    const setup = setups({ ...BLIND, outside: false }).filter(
      ({ balance, reserve, each }) => balance >= reserve + 6 * each,
    )
    const property = fc.property(setup, whole, (setup, script) => {
      const books = play(setup, script, (now) => {
        neverOverBudget(now)
        booksAreSound(now)
        neverBelowReserve(now)
      })
      finishRun(books)
      const { ledger } = books.process!
      neverOverBudget(books)
      neverBelowReserve(books)
      if (ledger.expected !== null) expect(ledger.expected).toBe(books.vendor.plan)
      expect(ledger.spent).toBe(billedHere(books))
      expect(unspent(ledger)).toBeLessThan(setup.each)
    })
    fc.assert(property, RUNS)
  })

  test('is billed no more than a budget in numbers, also with kills and lost replies', () => {
    const setup = setups({ ...BLIND, budget: 10, balance: 40, reserve: 0 })
    const property = fc.property(setup, steps, (setup, script) => {
      const books = play(setup, script, neverOverBudget)
      finishRun(books)
      neverOverBudget(books)
    })
    fc.assert(property, RUNS)
  })

  test('opens nothing that the database refuses, where its first call is lost and the budget is what remains', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, ...BLIND, budget: 'remaining' })
    openAll(books)
    books.send()
    books.lose(0, false)
    openAll(books)
  })
})

const EXAMPLE: Setup = {
  watch: 'replies',
  allotment: true,
  balance: 20,
  reserve: 0,
  budget: 10,
  each: 1,
  perCall: 1,
  idempotent: false,
  replay: 'original',
  elsewhere: 0,
  ended: 0,
  processed: false,
  known: false,
  reports: 'each',
  outside: false,
  lag: null,
  skewMs: 0,
  purchased: null,
  repeats: false,
}

function openAll(books: BooksUnderTest): void {
  books.beginCheckpoint(50)
  books.endCheckpoint()
}

/** One call, answered and committed. `how`: what its reply reports of the balance. */
function callOnce(books: BooksUnderTest, cost = 1, how = 0): void {
  books.beginCheckpoint(1)
  books.endCheckpoint()
  books.send()
  books.deal(0, cost)
  books.reply(0, how)
  books.beginCheckpoint(0)
  books.endCheckpoint()
}

describe('while others spend, and every reply brings a balance', () => {
  const spending = setups({
    reports: 'each',
    outside: false,
    allotment: true,
    elsewhere: 0,
    lag: null,
    purchased: null,
  }).filter(({ watch }) => watch !== 'nowhere')

  test('what they spent is known to the credit after a lone call, or a look at the endpoint, at rest', () => {
    const property = fc.property(spending, whole, fc.integer({ min: 1, max: 12 }), (setup, script, outside) => {
      const books = play(setup, script, () => {})
      settle(books)
      const { ledger } = books.process!
      const before = ledger.expected as number
      if (
        before < setup.each + outside ||
        (setup.watch === 'replies' && available(ledger, books.durable.each) < setup.each)
      )
        return
      books.vendor.spendOutside(outside)
      books.ask()
      books.beginCheckpoint(1)
      books.endCheckpoint()
      const reports = books.reports.length
      settle(books)
      const seen = books.reports.slice(reports)
      expect(seen.filter(({ kind }) => kind === 'outside')).toEqual([{ kind: 'outside', credits: outside }])
      expect(ledger.belief.drift).toBe(outside)
      expect(ledger.expected).toBe(books.vendor.plan)
    })
    fc.assert(property, RUNS)
  })

  test('the account stays above the reserve while they take, at rest, no more than half of what may be spent', () => {
    const rounds = fc.array(fc.record({ outside: fc.nat(30), script: whole }), { minLength: 1, maxLength: 4 })
    const ones = spending.map((setup) => ({ ...setup, each: 1, perCall: 1 }))
    const property = fc.property(ones, rounds, (setup, rounds) => {
      const books = new BooksUnderTest(setup)
      for (const { outside, script } of rounds) {
        settle(books)
        books.ask()
        settle(books)
        const free = books.vendor.balance - setup.reserve
        const seen = setup.watch === 'endpoint' || books.reports.length > 0
        const known = seen && books.process?.ledger.expected === books.vendor.balance
        // Before the next balance the ledger allows half of what is spendable, and always one call.
        if (known) books.vendor.spendOutside(Math.max(0, Math.min(outside, Math.floor(free / 2), free - setup.each)))
        for (const step of script) {
          take(books, step)
          neverBelowReserve(books)
        }
      }
      finishRun(books)
      neverBelowReserve(books)
    })
    fc.assert(property, RUNS)
  })
})

describe('a process that dies after a reply that said far less than there is', () => {
  const step = (what: Step['what'], how = 0, at = 0): Step => ({ what, at, how })
  const dealt = [step('open', 2), step('send', 0, 1), step('deal', 1), step('reply', 21)]

  test.each<[string, Partial<Setup>, Step[]]>([
    ['what it took off the balance', { balance: 3 }, [...dealt, step('deal', 1), step('open'), step('kill')]],
    [
      'what a delayed balance may hold or not',
      { balance: 5, lag: 2 },
      [...dealt, step('open'), step('kill'), step('deal', 1), step('open'), step('open'), step('open')],
    ],
  ])('%s does not hide what its other call has cost', (_, change, script) => {
    const books = play({ ...EXAMPLE, watch: 'endpoint', budget: 2, falseLow: true, ...change }, script, neverOverBudget)
    finishRun(books)
    neverOverBudget(books)
    expect(billedHere(books)).toBe(2)
  })
})

test('a call that costs more than is trusted is sent only after a look at the endpoint', () => {
  const books = new BooksUnderTest({ ...EXAMPLE, watch: 'endpoint', balance: 7, budget: 5, each: 2 })
  openAll(books)
  books.vendor.spendOutside(3)
  books.send()
  books.send()
  books.deal(1, 1)
  books.deal(0, 2)
  books.reply(0, 0)
  books.reply(0, 0)
  finishRun(books)
  neverBelowReserve(books)
})

describe('what a lone balance may decide', () => {
  test('a balance taken before a lost call was charged does not decide what that call cost', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, budget: 2 })
    openAll(books)
    books.send()
    books.send()
    books.lose(0, false)
    books.deal(1, 1)
    books.reply(0, 0)
    books.deal(0, 1)
    const { ledger } = books.process!
    const exact = ledger.belief.exact
    if (exact !== null) ledger.reconcile(exact)
    expect(ledger.spent + ledger.held).toBe(billedHere(books))
  })

  test('the balance in a repeated reply does not decide what a lost call cost', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, budget: 2, idempotent: true, replay: 'original' })
    openAll(books)
    books.send()
    books.send()
    books.deal(0, 1)
    books.lose(0, true)
    books.lose(0, false)
    books.deal(0, 1)
    books.resend(0)
    books.send()
    books.reply(0, 0)
    const { ledger } = books.process!
    const exact = ledger.belief.exact
    if (exact !== null) ledger.reconcile(exact)
    expect(ledger.spent + ledger.held).toBe(billedHere(books))
  })
})

describe('a run without an allotment, whose balance comes in replies', () => {
  const blind = { watch: 'replies', allotment: false, outside: false } as const

  test('holds budget and books whatever happens, also while others spend', () => {
    const property = fc.property(setups({ ...blind, outside: true }), steps, (setup, script) => {
      const books = play(setup, script, (now) => {
        neverOverBudget(now)
        booksAreSound(now)
      })
      finishRun(books)
      neverOverBudget(books)
    })
    fc.assert(property, RUNS)
  })

  test('counts no credit too few that was billed, and knows the balance once nothing is unknown', () => {
    const property = fc.property(setups(blind), steps, (setup, script) => {
      const books = play(setup, script, () => {})
      settle(books)
      books.reconcile()
      const { ledger } = books.process!
      if (ledger.unsettled > 0 || ledger.expected === null || (setup.idempotent && setup.elsewhere > setup.ended))
        return
      // A first balance cannot show what earlier lost calls cost: they count as charged.
      expect(books.durable.spent + books.durable.spentElsewhere).toBeGreaterThanOrEqual(books.vendor.billed)
      expect(ledger.expected).toBe(books.vendor.plan)
    })
    fc.assert(property, RUNS)
  })

  test('leaves the reserve alone, where the first calls do not reach it', () => {
    const roomy = setups({ ...blind, reports: 'each' }).filter(
      ({ balance, reserve, each, elsewhere }) => balance >= reserve + (6 + elsewhere) * each,
    )
    const property = fc.property(roomy, steps, (setup, script) => {
      const books = play(setup, script, neverBelowReserve)
      finishRun(books)
      neverBelowReserve(books)
    })
    fc.assert(property, RUNS)
  })

  test('strands nothing', () => {
    const numbers = setups(blind).filter(({ budget }) => budget !== 'remaining')
    const property = fc.property(numbers, steps, (setup, script) => {
      const books = play(setup, script, () => {})
      finishRun(books)
      const { ledger } = books.process!
      const isKeptOff = keepsOff(ledger, credits(setup.each))
      if (ledger.unsettled === 0 && !isKeptOff) expect(unspent(ledger)).toBeLessThan(setup.each)
    })
    fc.assert(property, RUNS)
  })

  test('nor where a run for what remains is killed among its first records', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, ...blind, budget: 'remaining', balance: 10 })
    callOnce(books)
    openAll(books)
    books.send()
    books.kill(false, false)
    finishRun(books)
    expect(books.process!.ledger.spendable).toBeLessThan(1)
  })

  test('nor where a run for what remains is resumed, whose first records brought no balance', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, ...blind, budget: 'remaining', balance: 10, reports: 'mixed' })
    for (let records = 0; records < 5; records++) callOnce(books, 0, 2)
    books.kill(false, false)
    finishRun(books)
    expect(books.process!.ledger.spendable).toBeLessThan(1)
  })

  test('does not spend its reserve where no reply ever names a balance', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, ...blind, balance: 20, reserve: 10, budget: 20, reports: 'mixed' })
    for (let records = 0; records < 20; records++) callOnce(books, 1, 2)
    neverBelowReserve(books)
  })

  test('does not spend its reserve where no reply comes at all', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, ...blind, balance: 20, reserve: 10, budget: 'remaining' })
    for (let records = 0; records < 20; records++) {
      openAll(books)
      books.send()
      books.lose(0, false)
      books.deal(0, 1)
    }
    neverBelowReserve(books)
  })
})

describe("other runs' calls", () => {
  test('that were not charged add to a run for what remains, also where it is killed then', () => {
    const setup = { watch: 'endpoint', budget: 'remaining', balance: 5, elsewhere: 2, known: true } as const
    const books = new BooksUnderTest({ ...EXAMPLE, ...setup })
    while (books.drop(0)) {}
    books.reconcile()
    books.kill(false, false)
    finishRun(books)
    expect(books.vendor.balance).toBe(0)
  })

  test('keep their reservations where they will be sent again', () => {
    const setup = { watch: 'endpoint', budget: 'remaining', balance: 5, elsewhere: 2, known: true } as const
    const books = new BooksUnderTest({ ...EXAMPLE, ...setup, idempotent: true })
    while (books.drop(0)) {}
    finishRun(books)
    expect([books.vendor.balance, books.durable.unknownElsewhere]).toEqual([2, 2])
  })

  test('so they do where only replies tell the balance', () => {
    const setup = { watch: 'replies', allotment: false, budget: 30, balance: 10, elsewhere: 3, known: true } as const
    const books = new BooksUnderTest({ ...EXAMPLE, ...setup, idempotent: true })
    while (books.drop(0)) {}
    finishRun(books)
    expect([books.vendor.balance, books.durable.unknownElsewhere]).toEqual([3, 3])
  })

  test('are told from ours to the credit, where the run knows what they had cost before it began', () => {
    const known = { watch: 'endpoint', lag: null, idempotent: true, processed: true, known: true, ended: 0 } as const
    const alone = { outside: false, purchased: null, reports: 'each', elsewhere: 3 } as const
    const property = fc.property(
      setups({ ...known, ...alone }),
      whole,
      fc.nat(6),
      fc.nat(6),
      (setup, script, at, how) => {
        const books = play(setup, script, () => {})
        settle(books)
        openAll(books)
        for (let sent = 0; sent < 3; sent++) {
          books.send()
          books.deal(at, how)
          books.lose(0, false)
        }
        while (books.drop(0)) {}
        settle(books)
        books.reconcile()
        const { ledger } = books.process!
        expect([ledger.unsettled, ledger.spent]).toEqual([0, billedHere(books)])
        expect(books.durable.unknownElsewhere).toBe(3 * setup.each)
      },
    )
    fc.assert(property, RUNS)
  })

  test('are settled like any where their run has ended: nobody will send them again', () => {
    const setup = { watch: 'endpoint', budget: 'remaining', balance: 5, elsewhere: 3, ended: 2, known: true } as const
    const books = new BooksUnderTest({ ...EXAMPLE, ...setup, idempotent: true })
    while (books.drop(0)) {}
    finishRun(books)
    expect([books.vendor.balance, books.durable.unknownElsewhere]).toEqual([1, 1])
  })
})

describe('a balance that another run knew', () => {
  const before = { watch: 'replies', allotment: false, known: true, balance: 10 } as const

  test('is not what is left, once a run that did not know it has spent', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, ...before, reports: 'mixed' })
    callOnce(books, 1, 2)
    openAll(books)
    books.send()
    books.deal(0, 1)
    books.kill(false, false)
    books.resume()
    expect(books.process!.ledger.spendable ?? 0).toBeLessThanOrEqual(books.vendor.balance)
  })

  test('does not bind a run after the reset', () => {
    const books = new BooksUnderTest({ ...EXAMPLE, ...before, elsewhere: 1, budget: 'remaining' })
    books.vendor.balance += 100
    finishRun(books)
    expect(books.vendor.balance).toBeLessThanOrEqual(1)
  })
})

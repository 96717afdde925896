import fc from 'fast-check'
import { available, awaitsReport, mayHaveMore } from '../../../src/domain/books/may-open.ts'
import { type BooksUnderTest, type Setup, unspent } from './books-under-test.ts'

/** One thing that happens; what cannot happen just then does not. */
export interface Step {
  readonly what: (typeof STEPS)[number]
  readonly at: number
  readonly how: number
}

/** What may happen, the frequent more often. */
const STEPS = [
  ...repeat('open', 4),
  ...repeat('begin', 2),
  ...repeat('end', 3),
  ...repeat('send', 6),
  ...repeat('deal', 6),
  ...repeat('reply', 6),
  ...repeat('lose', 2),
  ...repeat('ask', 2),
  ...repeat('read', 2),
  ...repeat('answer', 2),
  'resend',
  'release',
  'drop',
  'kill',
  'resume',
  'resume',
  'reconcile',
  'outside',
  'topUp',
] as const

function repeat<T extends string>(what: T, times: number): T[] {
  return Array.from({ length: times }, () => what)
}

export const steps = fc.array(fc.record({ what: fc.constantFrom(...STEPS), at: fc.nat(30), how: fc.nat(30) }), {
  maxLength: 70,
  size: 'max',
})

export function setups(fixed: Partial<Setup>): fc.Arbitrary<Setup> {
  return (
    fc
      .record({
        watch: fc.constantFrom('endpoint' as const, 'replies' as const, 'nowhere' as const),
        allotment: fc.boolean(),
        balance: fc.integer({ min: 0, max: 40 }),
        reserve: fc.constantFrom(0, 0, 3, 10),
        budget: fc.oneof(fc.constant('remaining' as const), fc.integer({ min: 1, max: 30 })),
        each: fc.constantFrom(1, 2, 5),
        perCall: fc.constantFrom(1, 1, 3, 10),
        idempotent: fc.boolean(),
        replay: fc.constantFrom('original' as const, 'current' as const),
        elsewhere: fc.constantFrom(0, 0, 0, 1, 3),
        ended: fc.constantFrom(0, 1, 3),
        processed: fc.boolean(),
        known: fc.boolean(),
        reports: fc.constantFrom('each' as const, 'mixed' as const),
        outside: fc.boolean(),
        lag: fc.constantFrom(null, null, null, 0, 2, 9),
        skewMs: fc.constantFrom(0, -5_000, 5_000),
        purchased: fc.constantFrom(null, null, 0, 7),
        repeats: fc.constant(false),
      })
      .map((setup) => ({ ...setup, ...fixed }))
      .map((setup) => (setup.watch === 'nowhere' ? { ...setup, allotment: true } : setup))
      // A run that opened calls has left the balance that it knew.
      .map((setup) => (setup.watch === 'endpoint' ? { ...setup, known: setup.known || setup.processed } : setup))
      // Only the endpoint tells of an instant, and of what was bought.
      .map((setup) => (setup.watch === 'endpoint' ? setup : { ...setup, lag: null, purchased: null }))
      .map((setup) => ({ ...setup, balance: setup.balance + (setup.purchased ?? 0) }))
  )
}

export function take(books: BooksUnderTest, { what, at, how }: Step): void {
  books.vendor.tick()
  switch (what) {
    case 'open':
      books.beginCheckpoint(how)
      books.endCheckpoint()
      return
    case 'begin':
      books.beginCheckpoint(how)
      return
    case 'end':
      books.endCheckpoint()
      return
    case 'send':
      for (let sent = 0; sent <= at % 4; sent++) books.send()
      return
    case 'deal':
      books.deal(at, how)
      return
    case 'reply':
      books.reply(at, how)
      return
    case 'lose':
      books.lose(at, how % 2 === 0)
      return
    case 'kill':
      books.kill(at % 2 === 0, how % 2 === 0)
      return
    case 'topUp':
      books.topUp(how)
      return
    case 'outside':
      books.spendOutside(how)
      return
    default:
      takeRarer(books, what, at)
  }
}

function takeRarer(books: BooksUnderTest, what: Step['what'], at: number): void {
  if (what === 'resend') books.resend(at)
  if (what === 'release') books.release()
  if (what === 'drop') books.drop(at)
  if (what === 'resume') books.resume()
  if (what === 'reconcile') books.reconcile()
  if (what === 'ask') books.ask()
  if (what === 'read') books.readBalance(at)
  if (what === 'answer') books.answer(at)
}

/** Brings everything home: what was sent is dealt with and answered, what has finished is committed. */
export function settle(books: BooksUnderTest): void {
  books.resume()
  books.endCheckpoint()
  for (let turns = 0; !isHome(books); turns++) {
    if (turns > 1_000) throw new Error('the run never comes to rest')
    books.vendor.tick()
    while (books.resend(0)) {}
    while (books.send()) {}
    while (books.drop(0)) {}
    while (books.deal(0, books.setup.each)) books.vendor.tick()
    while (books.reply(0, 0)) {}
    while (books.readBalance(0)) {}
    while (books.answer(0)) {}
    books.beginCheckpoint(0)
    books.endCheckpoint()
  }
}

function isHome(books: BooksUnderTest): boolean {
  return books.quiet && books.vendor.landed && books.process?.asks.length === 0
}

/** Works the run to its end, as onIdle does: open what may be opened, else see the balance, else reconcile. */
export function finishRun(books: BooksUnderTest): void {
  let looks = 0
  for (let turns = 0; turns < 1_000; turns++) {
    settle(books)
    const ledger = books.process?.ledger
    if (ledger === undefined) throw new Error('there is no process')
    const { each } = books.durable
    if (available(ledger, each) >= each) {
      books.beginCheckpoint(50)
      books.endCheckpoint()
    } else if (awaitsReport(ledger, each) && books.ask()) {
      books.readBalance(0)
      books.answer(0)
    } else if (mayHaveMore(ledger, each) && looks < 40 && books.ask()) {
      looks += 1
      books.vendor.tick()
      books.readBalance(0)
      books.answer(0)
    } else if (!books.reconcile()) {
      return
    }
  }
  throw new Error(`the run never ends: ${unspent(books.process!.ledger)} left`)
}

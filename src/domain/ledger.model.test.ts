import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BooksUnderTest, type Setup, unspent } from '../refresh/books-under-test.ts'
import { finishRun, settle, setups, type Step, steps, take } from '../refresh/script-under-test.ts'

const RUNS = { numRuns: 2_000 }

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

function neverOverBudget(books: BooksUnderTest): void {
  const { durable, process, setup } = books
  const budget = process?.ledger.budget ?? durable.budget
  expect(billedHere(books), 'billed').toBeLessThanOrEqual(budget)
  if (setup.budget !== 'remaining') expect(billedHere(books), 'billed').toBeLessThanOrEqual(setup.budget)
}

function booksAreSound({ process, durable }: BooksUnderTest): void {
  expect(durable.spent + durable.held).toBeLessThanOrEqual(durable.budget)
  if (process === null) return
  const { ledger } = process
  for (const sum of [ledger.spent, ledger.held, ledger.unknown, ledger.held - ledger.unknown, ledger.unsettled]) {
    expect(sum).toBeGreaterThanOrEqual(0)
  }
  expect(ledger.available(durable.each)).toBeGreaterThanOrEqual(0)
  if (ledger.budget !== null) expect(ledger.spent + ledger.held).toBeLessThanOrEqual(ledger.budget)
}

function neverBelowReserve(books: BooksUnderTest): void {
  const { balance, reserve } = books.setup
  const elsewhere = books.setup.elsewhere * books.setup.each
  expect(books.vendor.balance).toBeGreaterThanOrEqual(Math.min(balance - elsewhere, reserve))
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
      expect(books.reports.filter(({ kind }) => kind === 'outside')).toEqual([])
    })
    fc.assert(property, RUNS)
  })
})

describe('at rest, while nobody else spends', () => {
  test('the books agree with the vendor to the credit once nothing is unknown: no drift', () => {
    const property = fc.property(setups({ allotment: true, outside: false }), steps, (setup, script) => {
      const books = play(setup, script, () => {})
      settle(books)
      books.reconcile()
      const ledger = books.process!.ledger
      if (ledger.unsettled > 0) return
      expect(ledger.spent).toBe(billedHere(books))
      expect(ledger.held).toBe(0)
      expect(books.durable.spent).toBe(ledger.spent)
      if (ledger.expected !== null) expect(ledger.expected).toBe(books.vendor.balance)
    })
    fc.assert(property, RUNS)
  })

  test('nothing is stranded: a run driven to its end leaves less than one reservation', () => {
    const property = fc.property(setups({ allotment: true, outside: false }), steps, (setup, script) => {
      const books = play(setup, script, () => {})
      finishRun(books)
      const { ledger } = books.process!
      expect(unspent(ledger)).toBeLessThan(setup.each)
      if (setup.watch === 'endpoint') expect(ledger.unsettled).toBe(0)
    })
    fc.assert(property, RUNS)
  })
})

import { Charges, CLOCKS_APART_MS } from '../../../src/domain/books/charges.ts'
import type { Ledger } from '../../../src/domain/books/ledger.ts'
import { available, maySend } from '../../../src/domain/books/may-open.ts'
import { Purchased } from '../../../src/domain/books/purchased.ts'
import type { InFlight, Report, Watch } from '../../../src/domain/books/told.ts'
import { type Credits, fits, NO_CREDITS, plus, times } from '../../../src/domain/credits/credits.ts'
import { sortLeftBehind } from '../../../src/refresh/begin/left-behind.ts'
import { newBooks, type BooksOpening as Opening, resumedBooks } from '../../../src/refresh/begin/opening-books.ts'
import type { FinishedCall, OpenedCall, OpenedCost } from '../../../src/refresh/ports/calls.ts'
import type { AccountState } from '../../../src/refresh/ports/store.ts'
import { lost, released } from '../../../src/refresh/settle/settlement.ts'
import { AccountUnderTest, credits, type VendorCall } from './account-under-test.ts'
import { type CheckpointUnderTest, DurableUnderTest } from './durable-under-test.ts'

export interface Setup {
  readonly watch: Watch
  /** The config names the allotment, so that a balance is known before the first reply. Always so with `nowhere`. */
  readonly allotment: boolean
  readonly balance: number
  readonly reserve: number
  readonly budget: number | 'remaining'
  readonly each: number
  /** The most records in a call; each of them can cost `each`. */
  readonly perCall: number
  readonly idempotent: boolean
  /** Whether a repeated call brings the first reply's balance or the present one. */
  readonly replay: 'original' | 'current'
  /** Calls that other runs left open or unknown; a share of them has been or will be charged. */
  readonly elsewhere: number
  /** So many of those, at most, are of runs that have ended: nobody resumes them. */
  readonly ended: number
  /** The vendor has dealt with all of them before the run began, and the run knows it. */
  readonly processed: boolean
  /** The books know a balance from the other run. */
  readonly known: boolean
  /** What replies say of the balance: the truth each time; or at times nothing, an older truth, or nonsense above it. */
  readonly reports: 'each' | 'mixed'
  /** At times a reply says far less than there is. */
  readonly falseLow?: boolean
  /** Others spend from the account too. */
  readonly outside: boolean
  /** The endpoint tells the balance as of so many ticks ago; null: as of now, and does not say so. */
  readonly lag: number | null
  /** How far the vendor's clock is ahead of ours, ms. */
  readonly skewMs: number
  /** Credits among the balance that were bought beside the plan; null: the endpoint does not tell, and there are none. */
  readonly purchased: number | null
  /** Calls can cost less than we know: repeats that the vendor gives for nothing. */
  readonly repeats: boolean
}

/** A tick of the model, as the instants of balances that lag behind count it. */
const TICK_MS = 5_000

/** The balance is asked for; the endpoint has read it once `balance` is there. */
interface Ask {
  readonly asked: InFlight
  balance: number | null
  purchased: number
  asOf: number | null
}

interface Process {
  readonly ledger: Ledger
  readonly unsent: { readonly call: OpenedCall; readonly again: boolean }[]
  readonly inFlight: { readonly call: OpenedCall; readonly inFlight: InFlight }[]
  readonly later: OpenedCall[]
  finished: FinishedCall[]
  /** A checkpoint under way: it was asked for, and has not been answered. */
  commit: CheckpointUnderTest | null
  readonly asks: Ask[]
  /** What calls have cost and when, and what was bought beside the plan, as this process knows. */
  readonly charges: Charges | null
  readonly purchased: Purchased
  asOf: number
  /** When a balance last showed that others have spent. */
  loweredAt: number
  /** When the last exact balance was taken at the vendor's; null: it is not to be relied on. */
  exactTakenAt: number | null
}

const RULES = { maxAttempts: 3, onUnknown: 'retry' } as const

/** The ledger and the opening books between a model vendor and a model database: anything may happen, in any order. */
export class BooksUnderTest {
  readonly setup: Setup
  readonly vendor: AccountUnderTest
  readonly durable: DurableUnderTest
  readonly reports: Report[] = []
  process: Process | null = null
  #journal: FinishedCall[] = []
  readonly #reservations = new Map<number, Credits>()
  /** What the run found out at its beginning about calls that others keep. */
  readonly #keptCost: Credits | null

  constructor(setup: Setup) {
    this.setup = setup
    this.vendor = new AccountUnderTest(setup.balance, setup.purchased ?? 0)
    const { reserve, each, elsewhere } = setup
    for (let n = 1; n <= elsewhere; n++) this.vendor.arrives(-n)
    const account = this.#accountAtStart()
    if (setup.processed) this.#processElsewhere()
    const opening = this.#opening([], 0)
    const { ledger, budget, keptCost } = newBooks(
      { budget: setup.budget as Credits | 'remaining', reserve: credits(reserve) },
      opening,
      account,
      setup.idempotent,
      setup.processed,
    )
    this.#keptCost = keptCost
    const unknown = times(credits(each), elsewhere)
    const start = { budget: budget ?? credits(each), reserve: credits(reserve), each: credits(each) }
    const { expected, heldByEnded } = account
    this.durable = new DurableUnderTest({ ...start, expected, elsewhere: unknown, heldByEnded })
    this.#begin(ledger, opening, [], [])
  }

  /** Each was charged, at some price, or never arrived. */
  #processElsewhere(): void {
    const { balance, each } = this.setup
    for (const call of this.vendor.calls.values()) {
      const cost = (balance - call.n) % (each + 2)
      if (cost <= each) this.vendor.deal(call, cost)
      else call.live = false
    }
    this.vendor.tick()
  }

  // What the process does.

  /** A checkpoint begins: it takes the outcomes and the books of this instant, and will open up to `most` calls. */
  beginCheckpoint(most: number): boolean {
    const process = this.process
    if (process === null || process.commit !== null) return false
    const { ledger } = process
    const sizes = this.#sizes(most, fits(available(ledger, this.durable.each), this.durable.each))
    const { finished } = process
    const { expected, lastKnown, doubted, budget } = ledger
    process.commit = {
      finished,
      expected,
      lastKnown,
      doubted,
      drift: ledger.belief.drift,
      budget: this.#budgetOf(ledger),
      budgetKnown: budget !== null,
      sizes,
    }
    process.finished = []
    return true
  }

  endCheckpoint(): boolean {
    const process = this.process
    if (process === null || process.commit === null) return false
    this.durable.openedAt = this.vendor.now * TICK_MS
    const opened = this.durable.commit(process.commit)
    process.commit = null
    this.#journal = []
    for (const call of opened) {
      this.#reservations.set(call.n, call.reservation)
      process.ledger.opened(call.reservation)
      process.unsent.push({ call, again: false })
    }
    return true
  }

  /** The next call goes out; those that no longer may are taken back, but for what must go out again. */
  send(): boolean {
    const process = this.process
    if (process === null || process.unsent.length === 0) return false
    while (!maySend(process.ledger) && this.release()) {}
    if (!maySend(process.ledger)) return this.#loseUnsent(process)
    const next = process.unsent.shift()
    if (next === undefined) return false
    const { call, again } = next
    const inFlight = again
      ? process.ledger.belief.sendAgain(call.reservation)
      : process.ledger.belief.send(call.reservation)
    const known = this.vendor.arrives(call.n)
    if (this.setup.replay === 'current') this.vendor.answerAgain(known)
    process.inFlight.push({ call, inFlight })
    return true
  }

  /** What no longer may go out again is unknown, once nothing is in flight that could free credits. */
  #loseUnsent({ ledger, unsent, inFlight, finished }: Process): boolean {
    if (inFlight.length > 0) return false
    for (const { call } of unsent.splice(0)) {
      ledger.lose(ledger.belief.sendAgain(call.reservation))
      finished.push(lost(call, RULES))
    }
    return true
  }

  release(): boolean {
    const process = this.process
    const at = process?.unsent.findLastIndex(({ again }) => !again) ?? -1
    if (process === null || at === -1) return false
    const [{ call }] = process.unsent.splice(at, 1) as [Process['unsent'][number]]
    process.ledger.release(call.reservation)
    process.finished.push(released(call, null, null))
    return true
  }

  resend(at: number): boolean {
    const process = this.process
    if (process === null || process.later.length === 0) return false
    const [call] = process.later.splice(at % process.later.length, 1) as [OpenedCall]
    process.unsent.push({ call, again: true })
    return true
  }

  // What the vendor does.

  /** The vendor deals with a call that it was sent, whoever still waits for it. */
  deal(at: number, how: number): boolean {
    const open = [...this.vendor.calls.values()].filter(({ live, cost }) => live && cost === null)
    const call = open[at % Math.max(1, open.length)]
    if (call === undefined) return false
    this.vendor.deal(call, how % ((this.#reservations.get(call.n) ?? this.setup.each) + 1))
    return true
  }

  /** A call that nobody waits for any more never reaches the vendor. */
  drop(at: number): boolean {
    const waited = new Set([...(this.process?.inFlight ?? []).map(({ call }) => call.n)])
    const open = [...this.vendor.calls.values()].filter(({ n, live, cost }) => live && cost === null && !waited.has(n))
    const call = open[at % Math.max(1, open.length)]
    if (call === undefined) return false
    call.live = false
    return true
  }

  /** A reply arrives, in any order. */
  reply(at: number, how: number): boolean {
    const process = this.process
    if (process === null) return false
    const dealt = process.inFlight.filter(({ call }) => this.#known(call).cost !== null)
    const chosen = dealt[at % Math.max(1, dealt.length)]
    if (chosen === undefined) return false
    process.inFlight.splice(process.inFlight.indexOf(chosen), 1)
    const known = this.#known(chosen.call)
    const cost = this.#bookedCost(chosen.call, known, how)
    const said = this.#saidBalance(process.ledger, known, how)
    const { openedAt } = chosen.call
    const balance = said.balance === null ? null : process.purchased.planOf(said.balance, openedAt)
    this.#told(process.ledger.reply(chosen.inFlight, cost, balance))
    process.charges?.add(openedAt, this.vendor.now * TICK_MS, cost)
    process.exactTakenAt = said.takenAt
    process.finished.push({ ...released(chosen.call, null, null), state: 'settled', cost })
    return true
  }

  /** No reply comes; with a key the call may go out again. */
  lose(at: number, again: boolean): boolean {
    const process = this.process
    if (process === null || process.inFlight.length === 0) return false
    const [{ call, inFlight }] = process.inFlight.splice(at % process.inFlight.length, 1) as [
      Process['inFlight'][number],
    ]
    if (again && this.setup.idempotent) {
      process.later.push(call)
      return true
    }
    process.ledger.lose(inFlight)
    process.finished.push(lost(call, RULES))
    return true
  }

  ask(): boolean {
    // A process asks once at a time.
    if (this.process === null || this.setup.watch !== 'endpoint' || this.process.asks.length > 0) return false
    this.process.asks.push({ asked: this.process.ledger.belief.ask(), balance: null, purchased: 0, asOf: null })
    return true
  }

  /** The endpoint reads the balance; later its answer arrives. */
  readBalance(at: number): boolean {
    const open = (this.process?.asks ?? []).filter(({ balance }) => balance === null)
    const ask = open[at % Math.max(1, open.length)]
    if (ask === undefined) return false
    Object.assign(ask, this.#endpoint())
    return true
  }

  answer(at: number): boolean {
    const process = this.process
    const read = (process?.asks ?? []).filter(({ balance }) => balance !== null)
    const ask = read[at % Math.max(1, read.length)]
    if (process === null || ask === undefined) return false
    process.asks.splice(process.asks.indexOf(ask), 1)
    process.exactTakenAt = null
    if (ask.asOf !== null && ask.asOf < process.asOf) return true
    process.asOf = ask.asOf ?? 0
    process.purchased.learn(credits(ask.purchased), this.vendor.now * TICK_MS)
    const since = ask.asOf === null ? null : (process.charges?.since(ask.asOf) ?? null)
    const plan = credits((ask.balance as number) - ask.purchased)
    const late = ask.asOf !== null && ask.asOf < process.loweredAt + CLOCKS_APART_MS
    this.#told(process.ledger.report(plan, late ? { ...ask.asked, doubts: null } : ask.asked, since))
    return true
  }

  #told(report: Report): void {
    this.reports.push(report)
    if (report.kind === 'outside' && this.process !== null) this.process.loweredAt = this.vendor.now * TICK_MS
  }

  /** Credits are bought beside the plan. */
  topUp(how: number): boolean {
    if (this.setup.purchased === null) return false
    this.vendor.topUp(how)
    return true
  }

  spendOutside(how: number): boolean {
    const credits = Math.min(how, this.vendor.balance)
    if (!this.setup.outside || credits <= 0) return false
    this.vendor.spendOutside(credits)
    return true
  }

  // Doubt, death and return.

  /** Nothing is in flight or waits, and every charge has landed: the balance decides what the unknown calls cost. */
  reconcile(): boolean {
    const process = this.process
    if (process === null || !this.quiet || !this.vendor.landed || process.ledger.unsettled === 0) return false
    if (process.asks.length > 0) return false
    const balance = this.#balanceToReconcileWith(process)
    const settled = balance === null ? null : process.ledger.reconcile(balance)
    if (balance === null || settled === null) return false
    const budget = process.ledger.budget ?? this.durable.budget
    const { drift } = process.ledger.belief
    const books = { balance, expected: process.ledger.expected ?? balance, budget, drift }
    this.durable.settleUnknown({ ...settled, keepsResumable: this.setup.idempotent, ...books })
    return true
  }

  /** Nothing is in flight, nothing waits to be committed, and all that is unknown has been written down. */
  get quiet(): boolean {
    const { process } = this
    if (process === null) return false
    const { unsent, inFlight, later, finished, commit } = process
    return unsent.length + inFlight.length + later.length + finished.length === 0 && commit === null
  }

  /** `committed`: the checkpoint under way made it. `kept`: the process had time to write what was paid for to its journal. */
  kill(committed: boolean, kept: boolean): boolean {
    const { process } = this
    if (process === null) return false
    const finished = [...(process.commit?.finished ?? []), ...process.finished]
    if (process.commit !== null && committed) this.durable.commit(process.commit)
    if (process.commit !== null && committed) this.#journal = []
    const paid = finished.filter(({ n, state }) => state === 'settled' && this.durable.open.has(n))
    if (kept) this.#journal = [...this.#journal.filter(({ n }) => this.durable.open.has(n)), ...paid]
    this.process = null
    return true
  }

  resume(): boolean {
    if (this.process !== null) return false
    const { durable, setup } = this
    const open = [...durable.open.values()]
    const left = sortLeftBehind({ open, orphaned: [], again: [], crashes: new Map() }, this.#journal, {
      ...RULES,
      idempotent: setup.idempotent,
      async: null,
    })
    const settledBefore = durable.spent + durable.spentElsewhere
    const opening = this.#opening(durable.charges, settledBefore)
    const blind =
      setup.budget === 'remaining' && setup.watch === 'replies' && opening.balance === null && !durable.canaryDone
    const account = this.#account()
    const resumed = {
      run: durable.run,
      budget: blind ? null : durable.budget,
      grows: setup.budget === 'remaining',
      left,
      keptCost: this.#keptCost,
    }
    const ledger = resumedBooks(resumed, opening, account, setup.idempotent)
    this.#begin(ledger, opening, [...left.resend, ...left.suspects], left.finished)
    return true
  }

  #begin(
    ledger: Ledger,
    opening: Opening & { readonly purchased: Credits },
    resend: readonly OpenedCall[],
    finished: readonly FinishedCall[],
  ): void {
    if (finished.length === 0) {
      this.durable.expected = ledger.lastKnown
      this.durable.doubted = ledger.doubted
      this.durable.drift = ledger.belief.drift
    }
    const unsent = resend.map((call) => ({ call, again: true }))
    const inFlight: Process['inFlight'] = []
    this.process = {
      ledger,
      unsent,
      inFlight,
      later: [],
      finished: [...finished],
      commit: null,
      asks: [],
      charges: opening.charges,
      purchased: new Purchased(
        opening.purchased,
        this.setup.purchased === null ? undefined : this.vendor.now * TICK_MS,
      ),
      asOf: opening.asOf ?? 0,
      loweredAt: 0,
      exactTakenAt: null,
    }
  }

  /** As the execution sends it: before a first balance has set it, what is spent and held and one call more. */
  #budgetOf(ledger: Ledger): Credits {
    return ledger.budget ?? plus(ledger.spent, ledger.held, credits(this.setup.each))
  }

  /** As many calls as may be, each as large as what is left pays for. */
  #sizes(calls: number, records: number): number[] {
    const sizes: number[] = []
    for (let left = records; sizes.length < calls && left > 0; left -= sizes.at(-1) ?? 0) {
      sizes.push(Math.min(this.setup.perCall, left))
    }
    return sizes
  }

  #known(call: OpenedCall): VendorCall {
    return this.vendor.calls.get(call.n) as VendorCall
  }

  #opening(charges: readonly OpenedCost[], settled: number): Opening & { readonly purchased: Credits } {
    const { watch, allotment, balance } = this.setup
    const nothing = { asOf: null, charges: null, purchased: NO_CREDITS }
    if (watch !== 'endpoint') return { balance: allotment ? credits(balance - settled) : null, watch, ...nothing }
    const { balance: told, purchased, asOf } = this.#endpoint()
    const plan = credits(told - purchased)
    const bought = credits(purchased)
    if (asOf === null) return { balance: plan, watch, ...nothing, purchased: bought }
    const known = new Charges()
    for (const { openedAt, cost } of charges) known.add(openedAt, this.vendor.now * TICK_MS, cost)
    return { balance: plan, watch, asOf, charges: known, purchased: bought }
  }

  /** What the balance endpoint says now. */
  #endpoint(): { balance: number; purchased: number; asOf: number | null } {
    const { balance, purchased, now } = this.vendor
    const { lag, skewMs } = this.setup
    if (lag === null) return { balance, purchased, asOf: null }
    const tick = Math.max(0, now - lag)
    return { ...this.vendor.accountAt(tick), asOf: tick * TICK_MS + skewMs }
  }

  /** What we take a call to have cost: never less than it did. */
  #bookedCost(call: OpenedCall, { cost }: VendorCall, how: number): Credits {
    const more = this.setup.repeats ? how % 3 : 0
    return credits(Math.min(call.reservation, (cost as number) + more))
  }

  #account(): AccountState {
    const { expected, heardAt: reportedAt, doubted, unknownElsewhere, heldByEnded, run } = this.durable
    const held = (unknownElsewhere + run.held) as Credits
    return { expected, doubted, reported: null, reportedAt, pace: null, foundWith: [], held, heldByEnded }
  }

  #accountAtStart(): AccountState {
    const { elsewhere, ended, each, balance, watch, known } = this.setup
    const expected = known && watch !== 'nowhere' ? credits(balance - (this.setup.purchased ?? 0)) : null
    const held = { held: credits(elsewhere * each), heldByEnded: credits(Math.min(ended, elsewhere) * each) }
    return { expected, doubted: credits(0), reported: null, reportedAt: null, pace: null, foundWith: [], ...held }
  }

  #saidBalance(ledger: Ledger, call: VendorCall, how: number): { balance: Credits | null; takenAt: number | null } {
    const { watch, reports } = this.setup
    if (watch === 'nowhere') return { balance: null, takenAt: null }
    const truth = { balance: credits(call.balanceThen), takenAt: call.dealtAt }
    if (this.setup.falseLow && how % 8 === 5 && ledger.expected !== null)
      return { balance: credits(Math.min(call.balanceThen, how % 3)), takenAt: null }
    if (reports === 'each' || how % 4 < 2) return truth
    // Nothing in the books can tell that a first balance is nonsense.
    if (how % 4 === 2 || ledger.expected === null) return { balance: null, takenAt: null }
    const { history, balance } = this.vendor
    const older = how % 8 === 3 ? history[how % history.length] : balance + 1 + how
    return { balance: credits(Math.max(older as number, call.balanceThen)), takenAt: null }
  }

  #balanceToReconcileWith(process: Process): Credits | null {
    const { ledger, exactTakenAt } = process
    if (this.setup.watch === 'endpoint') return this.#settledBalance(process)
    if (this.setup.watch === 'nowhere' || ledger.expected === null) return null
    return exactTakenAt !== null && exactTakenAt >= this.vendor.lastDealtAt ? ledger.belief.exact : null
  }

  /** The run waits until the endpoint's balance is young enough. */
  #settledBalance(process: Process): Credits | null {
    for (let waited = 0; waited < 40; waited++) {
      const { balance, purchased, asOf } = this.#endpoint()
      if (asOf === null) return credits(balance - purchased)
      const since = process.charges?.since(asOf)
      if (asOf >= (this.vendor.lastDealtAt + 1) * TICK_MS + CLOCKS_APART_MS && since?.unsure === 0) {
        process.asOf = asOf
        return credits(balance - purchased - since.after)
      }
      this.vendor.tick()
    }
    throw new Error('the balance never becomes young enough')
  }
}

/** What may be spent now without touching the reserve or the budget; 0 where it is not known. */
export function unspent(ledger: Ledger): Credits {
  const left = ledger.budgetLeft ?? NO_CREDITS
  return ledger.spendable === null ? left : (Math.min(left, ledger.spendable) as Credits)
}

import { asCredits, micro } from '../credits.ts'
import type { Check, Evidence } from '../play/evidence.ts'
import type { Receipt } from '../vendor/bill.ts'
import { Books, isLost } from './books.ts'

/** Calls that a process may have opened and not sent: README, "What it promises", 3. */
const OPEN_CALLS = 96

/** Promise 6: where all could be known, the books of all runs are the bill, to the millionth. */
export const booksAreTheBill: Check = (evidence) => {
  // Books that were set back may take what they have forgotten for somebody's, or for their own.
  if (evidence.setBacks.length > 0) return []
  const books = new Books(evidence)
  const billed = sum(evidence.runs.map(({ runId }) => books.billed(runId)))
  const spent = sum(evidence.runs.map(({ credits }) => micro(credits.spent)))
  const doubtful = misread(evidence) + (isKnowable(evidence) ? setAside(evidence) : unknowable(evidence))
  if (spent <= billed + doubtful) return []
  return [
    {
      promise: 6,
      check: 'the books are the bill',
      expected: `spent ${asCredits(billed)} in all, and at most ${asCredits(doubtful)} more of what nobody could know`,
      found: `spent ${asCredits(spent)} in the books`,
    },
  ]
}

/** Calls that two processes in a row may have had in flight, where they go out again few at a time after a crash. */
const SET_ASIDE_A_KILL = 2

/**
 * Promise 2: no credit stays behind a reservation where the vendor honours keys: every call is asked for again, but for
 * those that were in flight in two processes that died, and unless others have spent what it may cost.
 */
export const nothingStaysReserved: Check = (evidence) => {
  const { vendor } = evidence.world
  if (vendor.repeatCost === null || evidence.setBacks.length > 0 || othersSpend(evidence)) return []
  const kills = evidence.children.filter(({ killedAt }) => killedAt !== null).length
  const aCall = micro(vendor.cost.credits) * (vendor.cost.per === 'call' ? 1 : vendor.maxRecords)
  const setAside = Math.max(0, kills - 1) * SET_ASIDE_A_KILL * aCall
  const held = evidence.runs.filter(
    ({ status, credits }) => status === 'completed' && micro(credits.unknown) > setAside,
  )
  return held.map(({ runId, credits }) => ({
    promise: 2,
    check: 'nothing stays reserved',
    expected: `run ${runId}: no unknown call, since each could be sent again under its key`,
    found: `unknown ${credits.unknown}`,
  }))
}

/** By keys, or by a balance that is true and only ours to change. */
function isKnowable({ world, incidents }: Evidence): boolean {
  const { shown, lagMs, falseShare } = world.vendor.balance
  if (world.vendor.repeatCost !== null) return true
  const alone = !othersSpend({ world })
  const asked = shown === 'endpoint' || shown === 'both'
  return asked && alone && lagMs === 0 && falseShare === 0 && !incidents.some(({ act }) => act === 'balance-down')
}

function othersSpend({ world }: Pick<Evidence, 'world'>): boolean {
  return world.vendor.balance.othersEvery > 0 || world.script.some((step) => step.do === 'others-spend')
}

/**
 * What calls for records that ended as unknown may cost beyond what they did: they are not asked for again, so a balance
 * decides, and where others spend too it may show more gone than was ours.
 */
function setAside(evidence: Evidence): number {
  const { cost } = evidence.world.vendor
  if (!othersSpend(evidence)) return 0
  const states = [...evidence.items.values()].flatMap((items) => [...items.values()])
  return states.filter((state) => state === 'unknown').length * micro(cost.credits)
}

/** What replies that could not be read may have cost, beyond what they did. */
function misread({ bill, world }: Evidence): number {
  return sum(bill.receipts.filter(({ unusable }) => unusable).map((receipt) => mostOf(world.vendor, receipt)))
}

/** What lost calls, and calls that were opened and never sent, may have held. */
function unknowable({ bill, children, world }: Evidence): number {
  const dead = new Set(children.filter(({ exitCode }) => exitCode !== 0).map(({ name }) => name))
  const lost = bill.receipts.filter(
    (receipt) => receipt.kind === 'call' && (isLost(receipt, world.vendor.timeoutMs) || dead.has(receipt.process)),
  )
  const unsent = dead.size * OPEN_CALLS * micro(world.vendor.cost.credits) * world.vendor.maxRecords
  return sum(lost.map((receipt) => mostOf(world.vendor, receipt))) + unsent
}

function mostOf({ cost }: Evidence['world']['vendor'], { records }: Receipt): number {
  return micro(cost.credits) * (cost.per === 'call' ? 1 : records.length)
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

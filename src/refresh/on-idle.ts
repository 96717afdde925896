import { type Credits, minus, NO_CREDITS, toDecimal } from '../domain/credits.ts'
import type { Ledger } from '../domain/ledger.ts'
import { type Ending, ending } from '../domain/run.ts'
import { type RunState, STEP_MS } from './run-state.ts'
import { nothingSelectable } from './select/select-items.ts'
import { keepsOpenCalls } from './settle/settlement.ts'

const KEPT = 'The paid replies are kept: once the config is mended, `spenddown replay` maps them again without a call'

/** Nothing is in flight and nothing waits to be committed: why? The run's ending, or null: go on. */
export async function onIdle(state: RunState, untilNext: () => number): Promise<Ending | null> {
  const { ledger, work, limit } = state.parts
  const { minCallCost } = state
  const { cursor, selected, twins, selectedAll } = state.run
  const left = cursor < selected || work.size > 0
  if (!state.canary.done && state.canary.room === 0 && (left || !selectedAll)) {
    const wrong = state.canary.judge()
    if (wrong === null) return null
    return ending('error', state.parts.keep === null ? wrong : `${wrong}. ${KEPT}`)
  }
  if (!left && selectedAll) return ending('all-refreshed')
  if (!left && limit !== null && selected + twins >= limit) {
    return ending((await nothingSelectable(state)) ? 'all-refreshed' : 'limit-reached')
  }
  if (forNewCalls(state) >= minCallCost) {
    await state.changes.wait(untilNext())
    return null
  }
  if (ledger.awaitsReport(minCallCost)) return awaitBalance(state)
  if (ledger.mayHaveMore(minCallCost) && (await lookAgain(state))) return null
  if ((ledger.unsettled > 0 || heldBack(state) > 0) && (await reconcile(state))) return null
  if (!left && (await nothingSelectable(state))) return ending('all-refreshed')
  return outOfCredits(state)
}

/** What may be reserved for new calls now. */
export function forNewCalls(state: RunState): Credits {
  return minus(state.parts.ledger.available(state.minCallCost), heldBack(state))
}

/**
 * Where balances come only in replies, a last call waits until the vendor has certainly dealt with the unknown ones:
 * its reply then tells what they cost.
 */
function heldBack(state: RunState): Credits {
  const { ledger, rules, clock } = state.parts
  if (rules.balance !== null || rules.remaining === null || ledger.expected === null) return NO_CREDITS
  return waitsForUnknown(ledger) && clock.monotonic() < resolvableAt(state) ? state.minCallCost : NO_CREDITS
}

/** Unknown calls of other runs are waited for only where what they did not cost can be spent. */
function waitsForUnknown(ledger: Ledger): boolean {
  return ledger.unknown > 0 || (ledger.unsettled > 0 && ledger.wantsMore)
}

/** When the vendor has certainly dealt with every unknown call that a balance is to settle, monotonic ms. */
function resolvableAt({ parts: { ledger, elsewhereResolvableAt }, sender }: RunState): number {
  return ledger.unsettled > ledger.unknown ? Math.max(sender.resolvableAt, elsewhereResolvableAt) : sender.resolvableAt
}

function outOfCredits({ parts: { ledger }, minCallCost }: RunState): Ending {
  const left = ledger.budgetLeft
  if (ledger.keepsOff(minCallCost)) {
    return ending('credits-exhausted', 'the last balance that a reply told leaves no more than the reserve')
  }
  if (left === null || (left >= minCallCost && ledger.spendable === null)) {
    return ending('error', 'no reply named a balance: without one neither the budget nor the reserve is known')
  }
  return left < minCallCost
    ? ending('budget-spent')
    : ending('credits-exhausted', 'someone else has spent from the account')
}

async function awaitBalance({ parts, account, changes }: RunState): Promise<Ending | null> {
  if (account.failingForMs() >= parts.rules.unhealthyAfterMs) {
    return ending('vendor-unhealthy', 'the balance could not be read for too long')
  }
  const waitMs = account.notBefore - parts.clock.monotonic()
  if (waitMs > 0) await changes.wait(Math.min(waitMs, STEP_MS))
  else await account.ask()
  return null
}

/** A balance may have been too low: asks once more, and again where that one shows more. False: there is nothing to learn. */
async function lookAgain({ parts, account, changes, calls, looks }: RunState): Promise<boolean> {
  const { rules, clock, ledger } = parts
  const dueInMs = rules.balance === null ? null : looks.waitMs(clock.monotonic(), calls.sentEver)
  if (dueInMs === null) return false
  const waitMs = Math.max(dueInMs, account.notBefore - clock.monotonic())
  if (waitMs > 0) {
    await changes.wait(Math.min(waitMs, STEP_MS))
    return true
  }
  const told = await account.ask()
  looks.took(clock.monotonic(), told && !ledger.contradicted)
  return true
}

/** The vendor says that no credits are left, and nothing is on the wire: does its balance say so too? */
export async function weighRefusal(state: RunState): Promise<void> {
  const { refusals, account, changes, parts, minCallCost, calls } = state
  const { ledger, clock } = parts
  const { detail, dueAt } = refusals.weighed as { detail: string; dueAt: number }
  const waitMs = Math.max(dueAt, account.notBefore) - clock.monotonic()
  if (waitMs > 0 && !refusals.tooMany) return changes.wait(Math.min(waitMs, STEP_MS))
  const told = !refusals.tooMany && (await account.ask())
  const plenty = told && (calls.total > 0 ? ledger.maySend() : (ledger.spendable ?? NO_CREDITS) >= minCallCost)
  if (plenty) refusals.overruled()
  else if (!told && !refusals.tooMany) refusals.unanswered(clock.monotonic())
  else state.stop('credits-exhausted', detail)
}

/** Decides what the unknown calls cost, once they are certainly dealt with. False: no balance can tell. */
async function reconcile(state: RunState): Promise<boolean> {
  const { ledger, rules, clock, store, lease, run, log } = state.parts
  if (rules.balance === null && (rules.remaining === null || ledger.expected === null)) return false
  const askableAt = rules.balance === null ? 0 : state.account.notBefore
  const settledAt = resolvableAt(state)
  const waitMs = Math.max(settledAt, askableAt) - clock.monotonic()
  if (waitMs > 0) {
    if (!waitsForUnknown(ledger)) return false
    await state.changes.wait(Math.min(waitMs, STEP_MS))
    return true
  }
  const balance =
    rules.balance === null
      ? ledger.exactBalance
      : await state.account.settledBalance(clock.now() + settledAt - clock.monotonic())
  if (balance === null) return isRetried(state)
  const settled = ledger.reconcile(balance)
  if (settled === null) return false
  const told = { balance, budget: ledger.budget ?? run.budget, drift: ledger.drift }
  await state.committer.persist([], () => {
    const shown = { ...settled, ...told, keepsResumable: keepsOpenCalls(rules) }
    return store.settleUnknown(lease.lease, run.no, shown, clock.now())
  })
  state.totals.reconciled(ledger.spent, balance)
  log.info(
    { charged: toDecimal(settled.here), balance: toDecimal(balance) },
    'unknown calls reconciled against the balance',
  )
  state.creditsChanged()
  return true
}

/** The balance endpoint did not answer, or not with what it is asked for, and is asked again. */
function isRetried({ account, parts }: RunState): boolean {
  return account.failing && account.failingForMs() < parts.rules.unhealthyAfterMs
}

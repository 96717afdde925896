import { toDecimal } from '../../domain/credits/credits.ts'
import type { ActiveRun } from '../active-run.ts'
import { resolvableAt, toldExactly } from '../balance/allowance.ts'
import { keepsOpenCalls } from './settlement.ts'

/** Settles unknown calls by the balance, once certainly processed. False: no balance can show what they cost. */
export async function reconcile(run: ActiveRun): Promise<boolean> {
  const { ledger, rules, clock, store, lease, totals, account, committer, log } = run
  const settledAt = clock.now() + resolvableAt(run) - clock.monotonic()
  const balance = rules.balance === null ? toldExactly(run) : await account.settledBalance(settledAt)
  if (balance === null) return account.failing && account.failingForMs() < rules.unhealthyAfterMs
  const settled = ledger.reconcile(balance)
  if (settled === null) return false
  const shown = {
    ...settled,
    balance,
    expected: ledger.expected ?? balance,
    budget: ledger.budget ?? totals.run.budget,
    drift: ledger.belief.drift,
    keepsResumable: keepsOpenCalls(rules),
  }
  await committer.persist([], () => store.settleUnknown(lease.lease, totals.run.no, shown, clock.now()))
  totals.reconciled(ledger.spent, balance)
  log.info(
    { charged: toDecimal(settled.here), balance: toDecimal(balance) },
    'unknown calls reconciled against the balance',
  )
  run.creditsChanged()
  return true
}

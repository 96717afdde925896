import { toDecimal } from '../../domain/credits/credits.ts'
import type { AccountWatch } from '../balance/account-watch.ts'
import { type AllowanceParts, resolvableAt } from '../balance/allowance.ts'
import type { Committer } from '../commit/committer.ts'
import type { Totals } from '../commit/totals.ts'
import type { LeaseKeeper } from '../lease/lease-keeper.ts'
import type { Log } from '../ports/log.ts'
import type { RunStore } from '../ports/store.ts'
import type { VendorRules } from '../ports/vendor.ts'
import { keepsOpenCalls } from './settlement.ts'

export interface ReconcileParts extends AllowanceParts {
  readonly rules: VendorRules
  readonly store: RunStore
  readonly lease: LeaseKeeper
  readonly committer: Committer
  readonly account: AccountWatch
  readonly totals: Totals
  readonly log: Log
  readonly creditsChanged: () => void
}

/** Settles unknown calls by the balance, once certainly processed. False: no balance can show what they cost. */
export async function reconcile(parts: ReconcileParts): Promise<boolean> {
  const { ledger, rules, clock, store, lease, totals, account, committer, log } = parts
  const { run } = totals
  const settledAt = clock.now() + resolvableAt(parts) - clock.monotonic()
  const balance = rules.balance === null ? ledger.belief.exact : await account.settledBalance(settledAt)
  if (balance === null) return account.failing && account.failingForMs() < rules.unhealthyAfterMs
  const settled = ledger.reconcile(balance)
  if (settled === null) return false
  const shown = {
    ...settled,
    balance,
    expected: ledger.expected ?? balance,
    budget: ledger.budget ?? run.budget,
    drift: ledger.belief.drift,
    keepsResumable: keepsOpenCalls(rules),
  }
  await committer.persist([], () => store.settleUnknown(lease.lease, run.no, shown, clock.now()))
  totals.reconciled(ledger.spent, balance)
  log.info(
    { charged: toDecimal(settled.here), balance: toDecimal(balance) },
    'unknown calls reconciled against the balance',
  )
  parts.creditsChanged()
  return true
}

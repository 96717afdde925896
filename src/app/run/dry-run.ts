import type { Config } from '../../config/config.ts'
import { affordableRecords, mostOfAll } from '../../domain/cost.ts'
import { toDecimal } from '../../domain/credits.ts'
import { createLog } from '../../observability/logger.ts'
import { openingBalance } from '../../refresh/balance/opening-balance.ts'
import { reserveToBegin } from '../../refresh/balance/run-reserve.ts'
import { newBooks } from '../../refresh/begin/opening-books.ts'
import { restIfPaidAfter, youngAfter } from '../../refresh/select/select-items.ts'
import { keepsOpenCalls } from '../../refresh/settle/settlement.ts'
import { countEligible, firstKeys } from '../../store/selection/selection.ts'
import { openApp } from '../compose/open-app.ts'
import type { RunOptions } from './run-controls.ts'
import { runRequest } from './run-request.ts'

export interface DryRun {
  readonly dryRun: true
  readonly job: string
  readonly vendor: string
  readonly records: {
    /** Records that the run could refresh, without those on cool-down. */
    readonly eligible: number
    readonly coolingDown: number
    /** Eligible duplicates that would share the call of another record and cost nothing. */
    readonly shared: number
    /** As many as its credits pay for at first; a run selects more if misses leave credits. */
    readonly selected: number
  }
  /** The first ten of the selected, in order. */
  readonly first: readonly { readonly key: string; readonly refreshedAt: string | null }[]
  readonly credits: {
    /** Null: not known before the first reply. */
    readonly budget: number | null
    readonly reserve: number
    readonly balance: number | null
    /** The most that the selected records can cost. */
    readonly atMost: number
    /** The most that the shared records would cost with their own calls. */
    readonly saved: number
  }
}

/** What a run would do, without spending credits: how many records, the first ten, and what they may cost. */
export async function dryRun(config: Config, options: RunOptions): Promise<DryRun> {
  const log = await createLog({ level: 'silent', pretty: false, color: false, secrets: config.secrets })
  const app = await openApp(config, log)
  const parts = app.parts(() => {})
  try {
    const { job, spec, keys } = runRequest(options, app)
    const now = Date.now()
    const request = {
      runNo: 0,
      vendor: parts.rules.name,
      selection: spec.selection,
      keys,
      restIfPaidAfter: restIfPaidAfter(parts.rules, now),
      youngAfter: youngAfter(parts, now),
      now,
    }
    const { eligible, coolingDown, shared } = await countEligible(app.connection.client, app.table, request)
    const first = await firstKeys(app.connection.client, app.table, {
      ...request,
      limit: Math.min(10, spec.limit ?? 10),
    })
    const opening = await openingBalance({ ...parts, signal: new AbortController().signal })
    const account = await app.store.account(parts.rules.name)
    const reserve = await reserveToBegin({ job, spec }, parts, opening)
    const { budget } = newBooks({ ...spec, reserve }, opening, account, keepsOpenCalls(parts.rules))
    const { cost, bulk } = parts.rules
    const perCall = bulk?.maxRecords ?? 1
    const reach = budget === null ? eligible : affordableRecords(cost, budget, perCall)
    const selected = Math.min(eligible - shared, spec.limit ?? eligible, reach)
    return {
      dryRun: true,
      job,
      vendor: parts.rules.name,
      records: { eligible, coolingDown, shared, selected },
      first: first.slice(0, selected),
      credits: {
        budget: budget === null ? null : toDecimal(budget),
        reserve: toDecimal(reserve),
        balance: opening.balance === null ? null : toDecimal(opening.balance),
        atMost: toDecimal(mostOfAll(cost, selected, perCall)),
        saved: toDecimal(mostOfAll(cost, shared, perCall)),
      },
    }
  } finally {
    parts.vendor.close()
    await app.close()
  }
}

/** A dry run as lines of text. */
export function describeDryRun({ job, vendor, records, first, credits }: DryRun): string[] {
  const n = (value: number) => value.toLocaleString('en-US')
  const cooling = records.coolingDown > 0 ? ` (${n(records.coolingDown)} more are on cool-down)` : ''
  const sharing =
    records.shared > 0
      ? `, of which ${n(records.shared)} share the call of another, and save ${n(credits.saved)} credits`
      : ''
  const budget = credits.budget === null ? 'known only after the first reply' : `${n(credits.budget)} credits`
  return [
    `dry run of ${job} on ${vendor}: nothing is spent`,
    `  eligible ${n(records.eligible)} records${cooling}${sharing}`,
    `  budget   ${budget}, with ${n(credits.reserve)} reserved${credits.balance === null ? '' : ` of a balance of ${n(credits.balance)}`}`,
    `  selected ${n(records.selected)} records, ${n(credits.atMost)} credits at most`,
    ...first.map(
      ({ key, refreshedAt }, at) => `  ${String(at + 1).padStart(8)} ${key} · ${refreshedAt ?? 'never refreshed'}`,
    ),
  ]
}

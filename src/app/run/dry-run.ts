import type { Config } from '../../config/config.ts'
import { affordableRecords, mostOfAll } from '../../domain/credits/cost.ts'
import { toDecimal } from '../../domain/credits/credits.ts'
import { figure } from '../../domain/words/figure.ts'
import { openingBalance } from '../../refresh/balance/opening-balance.ts'
import { reserveToBegin } from '../../refresh/balance/run-reserve.ts'
import { newBooks } from '../../refresh/begin/opening-books.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import { keepsOpenCalls } from '../../refresh/settle/settlement.ts'
import { countEligible } from '../../store/selection/open-records.ts'
import { firstKeys } from '../../store/selection/selection.ts'
import { SILENT } from '../compose/app.ts'
import { type ConnectedApp, withApp } from '../compose/with-app.ts'
import type { RunOptions } from './run-controls.ts'
import { type NewRunRequest, runRequest, selectionOf } from './run-request.ts'

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
export function dryRun(config: Config, options: RunOptions): Promise<DryRun> {
  return withApp(config, SILENT, async (app) => {
    const parts = app.parts(() => {})
    try {
      return await foreseen(runRequest(options, app), app, parts)
    } finally {
      parts.vendor.close()
    }
  })
}

async function foreseen(request: NewRunRequest, app: ConnectedApp, parts: RunParts): Promise<DryRun> {
  const { job, spec } = request
  const { client } = app.connection
  const which = selectionOf(request, parts)
  const { eligible, coolingDown, shared } = await countEligible(client, app.table, which)
  const first = await firstKeys(client, app.table, { ...which, limit: Math.min(10, spec.limit ?? 10) })
  const opening = await openingBalance({ ...parts, signal: new AbortController().signal })
  const account = await app.store.account(parts.rules.name)
  const reserve = await reserveToBegin({ job, spec }, parts, opening)
  const { budget } = newBooks({ ...spec, reserve }, opening, account, keepsOpenCalls(parts.rules))
  const { cost, bulk } = parts.rules
  const perCall = bulk?.maxRecords ?? 1
  const affordable = budget === null ? eligible : affordableRecords(cost, budget, perCall)
  const selected = Math.min(eligible - shared, spec.limit ?? eligible, affordable)
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
}

export function describeDryRun({ job, vendor, records, first, credits }: DryRun): string[] {
  const cooling = records.coolingDown > 0 ? ` (${figure(records.coolingDown)} more are on cool-down)` : ''
  const sharing =
    records.shared > 0
      ? `, of which ${figure(records.shared)} share the call of another, and save ${figure(credits.saved)} credits`
      : ''
  const budget = credits.budget === null ? 'known only after the first reply' : `${figure(credits.budget)} credits`
  return [
    `dry run of ${job} on ${vendor}: nothing is spent`,
    `  eligible ${figure(records.eligible)} records${cooling}${sharing}`,
    `  budget   ${budget}, with ${figure(credits.reserve)} reserved${credits.balance === null ? '' : ` of a balance of ${figure(credits.balance)}`}`,
    `  selected ${figure(records.selected)} records, ${figure(credits.atMost)} credits at most`,
    ...first.map(
      ({ key, refreshedAt }, at) => `  ${String(at + 1).padStart(8)} ${key} · ${refreshedAt ?? 'never refreshed'}`,
    ),
  ]
}

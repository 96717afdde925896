import { type Config, hasBudgetSource } from '../../config/config.ts'
import { type Credits, most, NO_CREDITS, parseCredits } from '../../domain/credits/credits.ts'
import {
  type LargestReserve,
  parseShare,
  type Reserve,
  SHARE_ALLOWED,
  type ShareReserve,
} from '../../domain/credits/reserve.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { Condition } from '../../domain/values/where.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { RunRequest } from '../../refresh/ports/run-spec.ts'
import { restIfPaidAfter, youngAfter } from '../../refresh/select/select-items.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { parseFilter } from '../../store/user-table/where/parse-filter.ts'
import { parseKeys } from '../../store/user-table/where/parse-keys.ts'
import { parseWhere } from '../../store/user-table/where/parse-where.ts'
import type { App } from '../compose/app.ts'
import { conditionOf, conditionsOf } from '../compose/check-table.ts'
import { costsOf, gainOrderOf } from '../compose/gain-order.ts'
import { chooseJob, hashOf, MANUAL } from '../compose/job-choice.ts'
import type { Due, RunOptions } from './run-controls.ts'

export type NewRunRequest = RunRequest & { kind: 'new' }

/** Parses the options and checks them against config and table. Throws InputError with all problems. */
export function runRequest(options: RunOptions, app: App): NewRunRequest {
  const problems: Problem[] = []
  const job = chooseJob(options, app.config, problems)
  const { conditions, keys } = readSelection(options, app.table, problems)
  const limit = options.limit === undefined ? (job.limit ?? null) : options.limit
  if ((limit !== null || options.limit !== undefined) && !(Number.isSafeInteger(limit) && Number(limit) >= 1))
    problems.push({ path: '--limit', found: String(limit), allowed: 'a whole number of records, 1 or more' })
  const budget = credits(options.budget, '--budget', problems) ?? job.budget
  const reserve =
    readReserve(options.reserve, problems) ?? (job.name === MANUAL ? reserveByHand(app.config) : job.reserve)
  problems.push(...checkBudget(budget, reserve, app))
  if (problems.length > 0) throw new InputError('RUN_INVALID', problems)
  const gain = gainOrderOf(job, costsOf(app.config), app.table)
  const condition: Condition = { kind: 'all', of: [conditionOf(job, app.config, app.table), ...conditions] }
  return {
    kind: 'new',
    job: job.name,
    spec: {
      selection: {
        condition,
        orderBy: job.orderBy ?? [],
        byKey: keys !== null,
        dedupeBy: app.config.records.dedupeBy,
        ...(gain === null ? {} : { gain }),
      },
      limit,
      budget,
      ...(typeof reserve === 'number' ? { reserve } : { reserve: NO_CREDITS, reserveTerms: reserve }),
      stopBeforeResetMs: job.stopBeforeResetMs,
      ...(job.pace === 'steady' ? { pace: job.pace } : {}),
    },
    specHash: hashOf(options, keys),
    keys,
    fresh: options.new ?? false,
  }
}

/** Reads what selects records. Adds what is wrong with it to `problems`. */
export function readSelection({ where, filters = [], ids }: RunOptions, table: UserTable, problems: Problem[]) {
  const parsed = [
    ...(where === undefined ? [] : [parseWhere(where, table, '--where')]),
    ...filters.map((filter) => parseFilter(filter, table, '--filter')),
  ]
  const conditions = conditionsOf(parsed, problems)
  const read = ids === undefined ? null : parseKeys(ids, table, '--ids')
  if (read !== null && 'problems' in read) problems.push(...read.problems)
  const keys: readonly RecordKey[] | null = read !== null && 'keys' in read ? read.keys : null
  return { conditions, keys }
}

/** What a run of the request would select, while there is no run. */
export function selectionOf({ spec, keys }: NewRunRequest, { rules, clock, minAgeMs }: RunParts) {
  const now = clock.now()
  return {
    runNo: 0,
    vendor: rules.name,
    selection: spec.selection,
    keys,
    restIfPaidAfter: restIfPaidAfter(rules, now),
    youngAfter: youngAfter({ minAgeMs }, now),
    now,
  }
}

export function dueRequest({ due, mayBegin }: Due, app: App): RunRequest {
  if (due.kind === 'resume') return { kind: 'resume', runId: due.runId, mayBegin }
  // `new`: the schedule does not resume interrupted runs that were started by hand.
  const request = runRequest({ job: due.job, new: true }, app)
  return { ...request, spec: { ...request.spec, slot: due.slot }, mayBegin }
}

/** A run that no job stands for leaves what the config's jobs leave: of several, the largest. */
function reserveByHand({ jobs }: Config): Reserve | LargestReserve {
  const reserves = Object.values(jobs).map(({ reserve }) => reserve)
  const numbers = reserves.filter((reserve) => typeof reserve === 'number')
  if (numbers.length === reserves.length) return most(NO_CREDITS, ...numbers)
  return { kind: 'largest', jobs: Object.keys(jobs) }
}

function credits(amount: number | undefined, path: string, problems: Problem[]): Credits | null {
  if (amount === undefined) return null
  const parsed = parseCredits(amount)
  if (parsed !== null && parsed >= 0) return parsed
  problems.push({ path, found: String(amount), allowed: 'a number of credits, 0 or more' })
  return null
}

/** As the config's `reserve`, except that 'auto' is only allowed for a job of the config. */
function readReserve(reserve: number | string | undefined, problems: Problem[]): Credits | ShareReserve | null {
  if (typeof reserve !== 'string') return credits(reserve, '--reserve', problems)
  const share = parseShare(reserve)
  if (share !== null) return { kind: 'share', share }
  const allowed = `a number of credits, 0 or more, or ${SHARE_ALLOWED}`
  const hint = "`reserve: 'auto'` belongs to a job of the config."
  const problem = { path: '--reserve', found: `"${reserve}"`, allowed }
  problems.push(reserve === 'auto' ? { ...problem, hint } : problem)
  return null
}

/** `remaining` needs a source, and one that speaks before the first call where a reserve must not be touched. */
function checkBudget(budget: Credits | 'remaining', reserve: Reserve | LargestReserve, { config }: App): Problem[] {
  const path = 'vendor.credits'
  const { balance, allotment } = config.vendor.credits
  const isKnown = balance !== undefined || allotment !== undefined
  if (typeof reserve !== 'number' && reserve.kind === 'share' && !isKnown)
    return [{ path, found: 'nothing to take a share of', allowed: 'balance (an endpoint), or allotment' }]
  if (budget !== 'remaining') return []
  const allowed = 'balance (an endpoint), allotment, or --budget N'
  if (!hasBudgetSource(config)) return [{ path, found: 'nothing that says how many credits are left', allowed }]
  if (isKnown || reserve === 0) return []
  const found = `only remaining (a balance in replies), and a reserve`
  const hint = 'The first call would be sent before the balance is known, and might spend the reserve.'
  return [{ path, found, allowed, hint }]
}

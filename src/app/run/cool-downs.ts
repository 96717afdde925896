import type { Config } from '../../config/config.ts'
import { COOLING_OUTCOMES, type CoolingDown, type CoolingOutcome } from '../../domain/cooling-down.ts'
import { InputError } from '../../domain/errors.ts'
import { iso } from '../../domain/iso.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Condition } from '../../domain/where.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { asDatabaseError } from '../../store/database-error.ts'
import {
  type CoolingSelection,
  clearCooling,
  countCooling,
  listCooling,
  reasonsOf,
} from '../../store/selection/cooling-down.ts'
import { parseFilter } from '../../store/user-table/where/parse-filter.ts'
import { parseKeys } from '../../store/user-table/where/parse-keys.ts'
import { parseWhere } from '../../store/user-table/where/parse-where.ts'
import { type ConnectedApp, openApp } from '../compose/open-app.ts'
import { rulesOf } from '../compose/vendor-rules.ts'

/** Which of the records that are cooling down are meant; what is given must all hold, and nothing given is all of them. */
export interface CoolDownOptions {
  /** A condition in the language of the config's `where`. */
  readonly where?: unknown
  /** Conditions such as `country=US`. */
  readonly filters?: readonly string[]
  /** Primary keys. */
  readonly ids?: Iterable<string>
  /** `not-found` or `failed`. */
  readonly outcome?: string
}

/** The records of the config's vendor and table that are cooling down: how many, and the first `limit` of them. */
export async function listCoolDowns(
  config: Config,
  options: CoolDownOptions,
  limit: number,
  log: Log,
): Promise<CoolingDown> {
  return withSelection(config, options, log, async ({ connection: { client }, table }, which) => {
    const byOutcome = await countCooling(client, table, which)
    const rows = await listCooling(client, table, which, limit)
    const reasons = await reasonsOf(client, table, which.vendor, rows)
    return {
      vendor: which.vendor,
      table: table.label,
      coolingDown: byOutcome.notFound + byOutcome.failed,
      byOutcome,
      records: rows.map(({ key, outcome, triedAt, until }) => ({
        key,
        outcome: outcome === 'failed' ? 'failed' : 'not-found',
        triedAt: iso(triedAt),
        until: iso(until),
        reason: outcome === 'failed' ? (reasons.get(key) ?? null) : null,
      })),
    }
  })
}

/** Lifts the cool-down of those records, so that the next selection finds them again; answers how many there were. */
export async function clearCoolDowns(config: Config, options: CoolDownOptions, log: Log): Promise<number> {
  return withSelection(config, options, log, ({ connection, table }, which) =>
    clearCooling(connection.client, table, which),
  )
}

/** Throws InputError with all that is wrong with the config, the table or the selection. */
async function withSelection<T>(
  config: Config,
  options: CoolDownOptions,
  log: Log,
  work: (app: ConnectedApp, which: CoolingSelection) => Promise<T>,
): Promise<T> {
  const app = await openApp(config, log)
  try {
    return await work(app, readSelection(options, app))
  } catch (error) {
    throw asDatabaseError(error)
  } finally {
    await app.close()
  }
}

function readSelection({ where, filters = [], ids, outcome }: CoolDownOptions, { config, table }: ConnectedApp) {
  const problems: Problem[] = []
  const parsed = [
    ...(where === undefined ? [] : [parseWhere(where, table, '--where')]),
    ...filters.map((filter) => parseFilter(filter, table, '--filter')),
  ]
  const conditions: Condition[] = []
  for (const part of parsed) {
    if ('problems' in part) problems.push(...part.problems)
    else conditions.push(part.condition)
  }
  const keys = ids === undefined ? { keys: null } : parseKeys(ids, table, '--ids')
  if ('problems' in keys) problems.push(...keys.problems)
  const known = COOLING_OUTCOMES.find((each) => each === outcome) ?? null
  if (outcome !== undefined && known === null) {
    problems.push({ path: '--outcome', found: JSON.stringify(outcome), allowed: COOLING_OUTCOMES.join(', ') })
  }
  if (problems.length > 0) throw new InputError('SELECTION_INVALID', problems)
  return {
    vendor: rulesOf(config).name,
    now: Date.now(),
    outcome: known === null ? null : KEPT_AS[known],
    keys: 'keys' in keys ? keys.keys : null,
    condition: conditions.length === 0 ? null : ({ kind: 'all', of: conditions } as const),
  }
}

const KEPT_AS = { 'not-found': 'notFound', failed: 'failed' } as const satisfies Record<CoolingOutcome, string>

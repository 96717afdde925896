import type { Config } from '../../config/config.ts'
import { COOLING_OUTCOMES, type CoolingDown, type CoolingOutcome } from '../../domain/call/cooling-down.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import { iso } from '../../domain/time/iso.ts'
import type { Log } from '../../refresh/ports/log.ts'
import {
  type CoolingSelection,
  clearCooling,
  countCooling,
  listCooling,
  reasonsOf,
} from '../../store/selection/cooling-down.ts'
import { fromDatabase } from '../compose/app.ts'
import { type ConnectedApp, withApp } from '../compose/with-app.ts'
import type { RunOptions } from './run-controls.ts'
import { readSelection } from './run-request.ts'

/** Which of the records that are cooling down are meant; what is given must all hold, and nothing given is all of them. */
export interface CoolDownOptions extends Pick<RunOptions, 'where' | 'filters' | 'ids'> {
  /** `not-found` or `failed`. */
  readonly outcome?: string | undefined
}

/** The records of the config's vendor and table that are cooling down: how many, and the first `limit` of them. */
export function listCoolDowns(config: Config, options: CoolDownOptions, limit: number, log: Log): Promise<CoolingDown> {
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
function withSelection<T>(
  config: Config,
  options: CoolDownOptions,
  log: Log,
  work: (app: ConnectedApp, which: CoolingSelection) => Promise<T>,
): Promise<T> {
  return withApp(config, log, (app) => fromDatabase(work(app, coolingSelection(options, app))))
}

function coolingSelection(options: CoolDownOptions, { config, table, clock }: ConnectedApp): CoolingSelection {
  const problems: Problem[] = []
  const { conditions, keys } = readSelection(options, table, problems)
  const { outcome } = options
  const known = COOLING_OUTCOMES.find((each) => each === outcome) ?? null
  if (outcome !== undefined && known === null)
    problems.push({ path: '--outcome', found: JSON.stringify(outcome), allowed: COOLING_OUTCOMES.join(', ') })
  if (problems.length > 0) throw new InputError('SELECTION_INVALID', problems)
  return {
    vendor: config.vendor.name,
    now: clock.now(),
    outcome: known === null ? null : KEPT_AS[known],
    keys,
    condition: conditions.length === 0 ? null : { kind: 'all', of: conditions },
  }
}

const KEPT_AS = { 'not-found': 'notFound', failed: 'failed' } as const satisfies Record<CoolingOutcome, string>

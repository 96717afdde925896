import type { Config, JobConfig } from '../../config/config.ts'
import { affordableRecords } from '../../domain/credits/cost.ts'
import { parseCredits } from '../../domain/credits/credits.ts'
import { type Beliefs, estimate, type GroupSeen, LEAST_LOOKS } from '../../domain/gain/estimate.ts'
import { totalsOf } from '../../domain/gain/looks.ts'
import { DAYS_A_YEAR, meanRate } from '../../domain/gain/rate-belief.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { GainOrder } from '../../refresh/ports/selection.ts'
import { youngAfter } from '../../refresh/select/select-items.ts'
import { type GainGroup, type GainPlan, type RecordGain, WORTH_IT } from '../../schedule/gain-plan.ts'
import type { Plan } from '../../schedule/plan.ts'
import { forecastGain, groupOf, rankedRecord } from '../../store/selection/gain-forecast.ts'
import type { Which } from '../../store/selection/open-records.ts'
import { type Sample, sampleOf } from '../../store/selection/sample.ts'
import { groupName, readSeen } from '../../store/selection/seen-looks.ts'
import type { Reader } from '../../store/sql.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { conditionOf } from '../compose/check-table.ts'
import { costsOf, gainOrderOf } from '../compose/gain-order.ts'
import type { ConnectedApp } from '../compose/with-app.ts'
import { workOf } from './outlook.ts'

type Over = Pick<ConnectedApp, 'config' | 'table' | 'connection'>

/** What is known of a job's order by gain before any of its records is looked at. */
interface Order {
  readonly client: Reader
  readonly table: UserTable
  readonly gain: GainOrder
  readonly which: Which
  readonly seen: readonly GroupSeen[]
  /** Null: there are too few looks. */
  readonly beliefs: Beliefs | null
  /** What stands for a table that is too large to be read whole; null: it is not. */
  readonly sample: Sample | null
}

/** What the job's order by gain does on the table as it is; null: it has another order. Changes nothing. */
export async function gainPlan(over: Over, job: JobConfig, planned: Plan, now: number): Promise<GainPlan | null> {
  const order = await orderOf(over, job, now)
  if (order === null) return null
  const { client, table, gain, which, seen, beliefs, sample } = order
  const totals = totalsOf(seen.flatMap(({ cells }) => cells))
  const known = {
    looks: totals.looks,
    needed: LEAST_LOOKS,
    noise: beliefs?.all.noise ?? 0,
    sampled: sample?.share ?? null,
  }
  if (beliefs === null) return { ...known, order: 'stalest-first', groups: [], allGroups: 0, next: null }
  const records = nextRecords(job, over.config, planned)
  const rows = await forecastGain(client, table, which, { gain, beliefs, now, seed: null }, { next: records, sample })
  const groups = rows.map((row): GainGroup => {
    const texts = gain.groups.map((_, at) => row[`g${at}`] as string)
    return { ...groupSeen(texts, order), waiting: row.waiting, likelyWrong: row.wrong }
  })
  const [first] = rows
  const byGain = { corrections: first?.gainRight ?? 0, daysRight: first?.gainDays ?? 0 }
  const stalestFirst = { corrections: first?.staleRight ?? 0, daysRight: first?.staleDays ?? 0 }
  const gains = stalestFirst.daysRight > 0 ? byGain.daysRight / stalestFirst.daysRight - 1 : 0
  return {
    ...known,
    order: 'gain',
    groups,
    allGroups: first?.allGroups ?? 0,
    next: { records, byGain, stalestFirst, gains, stalestIsAsGood: gains < WORTH_IT },
  }
}

/** Why the record is where it is in the job's order; null: the order is another, or there are too few looks. */
export async function recordGain(over: Over, job: JobConfig, key: RecordKey, now: number): Promise<RecordGain | null> {
  const order = await orderOf(over, job, now)
  if (order === null || order.beliefs === null) return null
  const { client, table, gain, which, beliefs, sample } = order
  const texts = await groupOf(client, table, key, gain.groups)
  const row = await rankedRecord(client, table, which, { gain, beliefs, now, seed: null }, { key, sample })
  return {
    key: String(key),
    job: job.name,
    group: texts === null ? null : { ...groupSeen(texts, order), waiting: 0, likelyWrong: null },
    waits: row && {
      ageDays: row.age,
      changesAYear: row.rate * DAYS_A_YEAR,
      likelyWrong: row.wrong,
      match: row.chance,
      weight: row.weight,
      gain: row.gain,
      place: row.place,
      stalestPlace: row.stalestPlace,
      of: row.all,
      looks: row.looks,
      changed: row.changes,
    },
  }
}

async function orderOf({ config, table, connection }: Over, job: JobConfig, now: number): Promise<Order | null> {
  const gain = gainOrderOf(job, costsOf(config), table)
  if (gain === null) return null
  const { client } = connection
  const vendor = config.vendor.name
  const condition = conditionOf(job, config, table)
  const which: Which = {
    runNo: 0,
    vendor,
    selection: { condition, orderBy: [], byKey: false, dedupeBy: config.records.dedupeBy, gain },
    restIfPaidAfter: null,
    youngAfter: youngAfter(config.records, now),
    now,
  }
  const seen = await readSeen(client, table, vendor, gain.groups)
  return { client, table, gain, which, seen, beliefs: estimate(seen), sample: await sampleOf(client, table) }
}

function groupSeen(texts: readonly string[], { gain, seen, beliefs }: Order) {
  const name = groupName(texts)
  const { looks, changed } = totalsOf(seen.find(({ group }) => group === name)?.cells ?? [])
  const belief = beliefs === null ? null : (beliefs.groups.get(name) ?? beliefs.all)
  const group = Object.fromEntries(gain.groups.map((column, at) => [column, texts[at] as string]))
  return { group, looks, changed, changesAYear: belief === null ? null : meanRate(belief.rate) * DAYS_A_YEAR }
}

/** How many records the credits pay for, if all are found; all of them where nobody knows the credits. */
function nextRecords(job: JobConfig, config: Config, { records, credits }: Plan): number {
  const spendable = credits.spendable === null ? null : parseCredits(credits.spendable)
  const { cost, perCall } = workOf(job, config, spendable)
  const affordable = spendable === null ? records.eligible : affordableRecords(cost, spendable, perCall)
  return Math.min(records.eligible, affordable, job.limit ?? records.eligible)
}

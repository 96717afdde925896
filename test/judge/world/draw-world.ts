import { type Random, randomFrom } from '../random.ts'
import { drawScript } from './draw-script.ts'
import { drawVendor } from './draw-vendor.ts'
import type { JobWorld, TableWorld, VendorWorld, World } from './world.ts'

export const DATABASES = ['sqlite', 'postgresql', 'mysql'] as const
const INSTANTS = {
  sqlite: ['text', 'integer'],
  postgresql: ['timestamptz', 'timestamp'],
  mysql: ['timestamp', 'datetime'],
} as const

/** The world of a seed. `storms`: some end in a storm of kills. `only`: all are on this database. */
export function drawWorld(seed: number, storms = false, only: World['database'] | null = null): World {
  const random = randomFrom(seed)
  const drawn = random.pick(DATABASES)
  const database = only ?? drawn
  const drawnTable = drawTable(random, database)
  const vendor = drawVendor(random, drawnTable.records)
  const table = thatEnds(drawnTable, vendor)
  const job = drawJob(random, vendor)
  return { seed, database, table, vendor, job, script: drawScript(random, database, vendor, storms) }
}

/** The same world on another database; null: where it is. What SQLite has no moment for does not happen there. */
export function moved(world: World, to: World['database'] | null): World {
  if (to === null || to === world.database) return world
  const [first, second] = INSTANTS[to]
  const isFirst = world.table.instants === INSTANTS[world.database][0]
  return { ...world, database: to, table: { ...world.table, instants: isFirst ? first : second } }
}

function drawTable(random: Random, database: World['database']): TableWorld {
  const records = random.chance(0.85) ? random.between(10, 50) : random.between(50, 300)
  return {
    records,
    key: random.pick(['integer', 'bigint', 'uuid', 'text'] as const),
    ineligible: random.pick([0, 0.1, 0.3]),
    neverRefreshed: random.pick([0, 0.3, 1]),
    instants: random.pick<TableWorld['instants']>(INSTANTS[database]),
  }
}

/** One call at a time, of which some are never answered: as many records as need no longer than a run may take here. */
function thatEnds(table: TableWorld, { limits, faults, timeoutMs }: VendorWorld): TableWorld {
  if (limits.maxConcurrent !== 1 || faults.silence === 0) return table
  return { ...table, records: Math.min(table.records, Math.floor(20_000 / (faults.silence * timeoutMs))) }
}

function drawJob(random: Random, vendor: VendorWorld): JobWorld {
  const account = vendor.balance.credits
  const reserve = random.chance(0.5) ? Math.round(account * random.pick([0.1, 0.3])) : 0
  // With balances in replies alone, spenddown wants figures where there is a reserve.
  const inFigures = vendor.balance.shown === 'header' && reserve > 0
  return {
    budget:
      random.chance(0.4) || inFigures ? Math.max(1, Math.round(account * random.pick([0.2, 0.5, 0.9]))) : 'remaining',
    reserve,
    limit: random.chance(0.1) ? random.between(3, 12) : null,
    onUnknown: random.pick(['retry', 'skip'] as const),
    maxConcurrent: vendor.limitsTold ? vendor.limits.maxConcurrent : random.pick([null, null, 2, 4, 8]),
  }
}

import { type Random, randomFrom } from '../random.ts'
import { drawScript } from './draw-script.ts'
import { drawVendor } from './draw-vendor.ts'
import type { JobWorld, TableWorld, VendorWorld, World } from './world.ts'

/** The world of a seed. `storms`: some end in a storm of kills. */
export function drawWorld(seed: number, storms = false): World {
  const random = randomFrom(seed)
  const database = random.pick(['sqlite', 'postgresql'] as const)
  const table = drawTable(random, database)
  const vendor = drawVendor(random, table.records)
  const job = drawJob(random, vendor)
  return { seed, database, table, vendor, job, script: drawScript(random, database, vendor, storms) }
}

function drawTable(random: Random, database: World['database']): TableWorld {
  const records = random.chance(0.85) ? random.between(10, 50) : random.between(50, 300)
  return {
    records,
    key: random.pick(['integer', 'bigint', 'uuid', 'text'] as const),
    ineligible: random.pick([0, 0.1, 0.3]),
    neverRefreshed: random.pick([0, 0.3, 1]),
    instants:
      database === 'sqlite'
        ? random.pick(['text', 'integer'] as const)
        : random.pick(['timestamptz', 'timestamp'] as const),
  }
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

import type { Faults, Step, World } from './world.ts'

/** Worlds that lack one thing of this one, those that lack most first. */
export function smallerWorlds(world: World): World[] {
  const { script, vendor, table, job } = world
  const smaller: World[] = []
  for (const place of script.keys()) smaller.push({ ...world, script: script.toSpliced(place, 1) })
  for (const [place, step] of script.entries()) {
    for (const lesser of lesserSteps(step)) smaller.push({ ...world, script: script.with(place, lesser) })
  }
  for (const fault of Object.keys(vendor.faults) as (keyof Faults)[]) {
    if (vendor.faults[fault] > 0) smaller.push(withVendor(world, { faults: { ...vendor.faults, [fault]: 0 } }))
  }
  if (table.records > 10)
    smaller.push({ ...world, table: { ...table, records: Math.max(10, Math.floor(table.records / 2)) } })
  if (table.ineligible > 0) smaller.push({ ...world, table: { ...table, ineligible: 0 } })
  if (job.reserve > 0) smaller.push({ ...world, job: { ...job, reserve: 0 } })
  if (job.limit !== null) smaller.push({ ...world, job: { ...job, limit: null } })
  if (job.budget !== 'remaining') smaller.push({ ...world, job: { ...job, budget: 'remaining' } })
  if (vendor.jobMs !== null) smaller.push(withVendor(world, { jobMs: null }))
  if (vendor.form !== 'single') smaller.push(withVendor(world, { form: 'single', maxRecords: 1 }))
  const { limits, balance } = vendor
  if (limits.maxConcurrent !== null || limits.perSecond !== null) {
    smaller.push(withVendor(world, { limits: { maxConcurrent: null, perSecond: null }, limitsTold: false }))
  }
  if (balance.othersEvery > 0)
    smaller.push(withVendor(world, { balance: { ...balance, othersEvery: 0, othersCredits: 0 } }))
  if (balance.falseShare > 0) smaller.push(withVendor(world, { balance: { ...balance, falseShare: 0 } }))
  if (balance.lagMs > 0) smaller.push(withVendor(world, { balance: { ...balance, lagMs: 0 } }))
  return smaller
}

function lesserSteps(step: Step): Step[] {
  if (step.do !== 'process') return []
  return [...step.events.keys()].map((place) => ({ ...step, events: step.events.toSpliced(place, 1) }))
}

function withVendor(world: World, part: Partial<World['vendor']>): World {
  return { ...world, vendor: { ...world.vendor, ...part } }
}

import type { Random } from '../random.ts'
import type { Act, Event, Moment, Step, VendorWorld, World } from './world.ts'

const QUESTIONS = [['status'], ['runs'], ['unknown'], ['plan', 'job']] as const

/** What is done before the last run: processes that are killed, and what people do in between. */
export function drawScript(random: Random, database: World['database'], vendor: VendorWorld, storms: boolean): Step[] {
  const steps: Step[] = [drawProcess(random, database, vendor, ['run', 'job'])]
  let backup = false
  for (let more = random.pick([0, 1, 2, 2, 3, 4]); more > 0; more -= 1) {
    if (random.chance(0.25)) steps.push({ do: 'process', args: random.pick(QUESTIONS), events: [] })
    if (random.chance(0.1) && vendor.balance.shown !== 'none') {
      steps.push({ do: 'others-spend', credits: random.between(1, 5) })
    }
    if (backup && random.chance(0.5)) {
      steps.push({ do: 'restore' })
      backup = false
    } else if (random.chance(0.15)) {
      steps.push({ do: 'backup' })
      backup = true
    }
    steps.push(drawProcess(random, database, vendor, drawCommand(random)))
  }
  if (storms && random.chance(0.4)) steps.push(...drawStorm(random, database, vendor))
  if (backup) steps.push({ do: 'restore' })
  return steps
}

/** One process after another takes the job up, gets a little further, and is killed. */
function drawStorm(random: Random, database: World['database'], vendor: VendorWorld): Step[] {
  return Array.from({ length: random.between(3, 8) }, () => {
    const moment = drawMoment(random, database, vendor)
    const early = moment.at === 'ms' ? moment : { ...moment, n: random.between(1, 5) }
    return {
      do: 'process',
      args: random.pick([['resume'], ['run', 'job'], ['tick']]),
      events: [{ moment: early, act: { do: 'kill' } }],
    }
  })
}

function drawCommand(random: Random): readonly string[] {
  if (random.chance(0.5)) return ['resume']
  return random.pick([
    ['run', 'job'],
    ['run', 'job', '--limit', '3'],
    ['run', '--limit', '3'],
    ['run', 'job', '--new'],
    ['run', 'job', '--budget', '4'],
    ['run', 'job', '--dry-run'],
    ['tick'],
  ])
}

function drawProcess(random: Random, database: World['database'], vendor: VendorWorld, args: readonly string[]): Step {
  const events: Event[] = []
  for (let count = random.pick([0, 1, 1, 1, 2, 3]); count > 0; count -= 1) {
    events.push({ moment: drawMoment(random, database, vendor), act: drawAct(random, database, vendor) })
  }
  // Most processes die: that is what the promises are about.
  if (random.chance(0.75)) {
    const last = events.at(-1)
    // Often just when something else has happened, so that one meets the other.
    const moment = last !== undefined && random.chance(0.4) ? last.moment : drawMoment(random, database, vendor)
    events.push({ moment, act: { do: 'kill' } })
  }
  return { do: 'process', args, events }
}

function drawMoment(random: Random, database: World['database'], vendor: VendorWorld): Moment {
  if (database !== 'sqlite' && random.chance(0.35)) {
    return { at: random.pick(['commit', 'committed'] as const), n: random.between(1, 25) }
  }
  if (isAsked(vendor) && random.chance(0.12)) return { at: 'balance', n: random.pick([1, 1, 2]) }
  // A process needs about a second before it does anything.
  if (random.chance(0.2)) return { at: 'ms', n: random.between(400, 3_000) }
  const at = random.pick(['received', 'received', 'billing', 'billed', 'answered'] as const)
  return { at, n: random.chance(0.4) ? random.between(1, 6) : random.between(1, vendor.form === 'single' ? 40 : 12) }
}

function isAsked({ balance }: VendorWorld): boolean {
  return balance.shown === 'endpoint' || balance.shown === 'both'
}

function drawAct(random: Random, database: World['database'], vendor: VendorWorld): Act {
  const acts: Act[] = [
    { do: 'kill' },
    { do: 'kill' },
    { do: 'terminate' },
    { do: 'interrupt' },
    { do: 'freeze', ms: random.pick([200, 1_200, 4_000]), meanwhile: null },
    { do: 'freeze', ms: 6_000, meanwhile: random.pick([['resume'], ['run', 'job']]) },
    { do: 'lock-database', ms: random.pick([300, 2_000]) },
    { do: 'second-process', args: random.pick([['run', 'job'], ['resume'], ['status'], ['stop']]) },
    { do: 'vendor-down', ms: random.pick([300, 1_500, 4_000]) },
    { do: 'change-row', column: 'refreshed_at' },
    { do: 'change-row', column: 'email' },
  ]
  if (isAsked(vendor)) {
    acts.push({ do: 'balance-down', ms: random.pick([500, 3_000]) })
  }
  // A lagging balance names an instant: it would be told by another clock.
  if (vendor.balance.lagMs === 0) acts.push({ do: 'set-clock', seconds: random.pick([-7_200, -90, 90, 600, 7_200]) })
  if (database !== 'sqlite') {
    acts.push(
      { do: 'cut-database' },
      { do: 'cut-database' },
      { do: 'refuse-database', ms: random.pick([200, 900, 9_000]) },
    )
  }
  return random.pick(acts)
}

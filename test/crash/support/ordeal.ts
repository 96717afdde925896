import { setTimeout as sleep } from 'node:timers/promises'
import { audit, type Books } from './books.ts'
import { DatabaseView } from './database-view.ts'
import { type Ended, type KillAt, type Started, startChild, startCli } from './processes.ts'
import type { Stage } from './stage.ts'

/** When a process of a run is killed: so long after its start, after some calls, or at a step in the database. */
export type Kill = { readonly afterMs: number } | { readonly afterCalls: number; readonly plusMs: number } | KillAt

/** What a run went through, and how it stands beside the vendor's bill at its end. */
export interface Ordeal {
  readonly books: Books
  readonly wrong: readonly string[]
  /** Kills that struck; a process may end before its own. */
  readonly kills: number
  readonly resumes: number
  /** Records in calls in flight. */
  readonly inFlightAtKills: number
  /** Calls. */
  readonly mostInFlightAtAKill: number
  /** The records in flight, and those whose reply the vendor lost: what may have been charged twice without keys. */
  readonly bound: number
  /** From a kill to the first call of the process that resumed, ms. */
  readonly toFirstCallMs: readonly number[]
}

interface InFlight {
  readonly calls: number
  readonly records: number
}

/** Runs the stage's job, killing process after process as told, until one ends by itself; then audits it. */
export async function goThrough(stage: Stage, kills: readonly Kill[]): Promise<Ordeal> {
  const view = new DatabaseView(stage.database)
  const inFlight: InFlight[] = []
  const toFirstCallMs: number[] = []
  let killedAt: number | null = null
  let resumes = 0
  for (const kill of [...kills, null]) {
    const begun = (await view.runs()).length > 0
    const watch = killedAt === null ? null : firstCall(stage, killedAt)
    const ended = await oneProcess(stage, kill, begun && resumes % 2 === 0 ? 'resume' : 'run')
    const firstMs = watch?.() ?? null
    if (firstMs !== null) toFirstCallMs.push(firstMs)
    if (begun) resumes += 1
    if (ended.signal !== 'SIGKILL') {
      if (ended.code !== 0)
        throw new Error(`exit ${ended.code} after ${JSON.stringify(kills)}: ${ended.stdout}\n${ended.stderr}`)
      break
    }
    killedAt = ended.at
    inFlight.push({ calls: await view.calls('open'), records: await view.recordsInOpenCalls() })
  }
  return judge(stage, { inFlight, toFirstCallMs, resumes })
}

async function judge(
  stage: Stage,
  {
    inFlight,
    toFirstCallMs,
    resumes,
  }: { inFlight: readonly InFlight[]; toFirstCallMs: readonly number[]; resumes: number },
): Promise<Ordeal> {
  const inFlightAtKills = inFlight.reduce((sum, { records }) => sum + records, 0)
  const mostInFlightAtAKill = Math.max(0, ...inFlight.map(({ calls }) => calls))
  const { faults } = stage.vendor.stats
  const lostCalls = (faults.resetAfter ?? 0) + (faults.resetBefore ?? 0) + (faults.hang ?? 0) + (faults.truncated ?? 0)
  const lostByVendor = lostCalls * stage.scene.perCall
  const { books, wrong } = await audit(stage, { inFlightAtKills, lostByVendor })
  const most = 3 * stage.scene.maxConcurrent
  const tooMany =
    mostInFlightAtAKill > most ? [`${mostInFlightAtAKill} calls were in flight at a kill, where ${most} may be`] : []
  const bound = stage.scene.keys ? 0 : inFlightAtKills + lostByVendor
  const kills = inFlight.length
  return {
    books,
    wrong: [...wrong, ...tooMany],
    kills,
    resumes,
    inFlightAtKills,
    mostInFlightAtAKill,
    bound,
    toFirstCallMs,
  }
}

/** Tells, once called, how long after `since` the vendor saw a call that was not on its way before; null: none. */
function firstCall({ vendor }: Stage, since: number): () => number | null {
  const before = vendor.stats.calls
  let at: number | null = null
  const timer = setInterval(() => {
    if (at === null && vendor.stats.calls > before) at = performance.now()
  }, 5)
  return () => {
    clearInterval(timer)
    return at === null ? null : at - since
  }
}

function oneProcess({ place, vendor }: Stage, kill: Kill | null, command: 'run' | 'resume'): Promise<Ended> {
  if (kill !== null && ('point' in kill || 'statement' in kill)) return startChild(command, kill, place).ended
  const started = startCli(command === 'run' ? ['run', 'month-end'] : ['resume'], place)
  if (kill === null) return started.ended
  return 'afterMs' in kill ? killed(started, kill.afterMs) : killedAfterCalls(started, vendor, kill)
}

async function killed(started: Started, afterMs: number): Promise<Ended> {
  const timer = setTimeout(() => started.kill('SIGKILL'), afterMs)
  const ended = await started.ended
  clearTimeout(timer)
  return ended
}

/** Kills the process when the vendor has seen so many more calls, and a little later. */
async function killedAfterCalls(
  started: Started,
  vendor: Stage['vendor'],
  { afterCalls, plusMs }: { readonly afterCalls: number; readonly plusMs: number },
): Promise<Ended> {
  const enough = vendor.stats.calls + afterCalls
  while (started.running() && vendor.stats.calls < enough) await sleep(2)
  return killed(started, plusMs)
}

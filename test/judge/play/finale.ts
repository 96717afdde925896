import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import type { Child } from './child.ts'
import type { Evidence, RunDocument } from './evidence.ts'
import type { Game } from './game.ts'

const NOTHING_TO_RESUME = 2
const MOST_PROCESSES = 10

/** The vendor and the database are well; what was interrupted is resumed to its end, and then the job runs once more. */
export async function playFinale(game: Game): Promise<void> {
  game.vendor.calls.healthy = true
  game.vendor.calls.downUntil = 0
  game.vendor.account.downUntil = 0
  const left = { processes: MOST_PROCESSES }
  await repeat(game, ['resume'], left, (exit) => exit === NOTHING_TO_RESUME)
  await repeat(game, ['run', 'job'], left, (exit) => exit === 0)
}

async function repeat(
  game: Game,
  args: readonly string[],
  left: { processes: number },
  isOver: (exit: number | null) => boolean,
): Promise<void> {
  while (left.processes > 0) {
    left.processes -= 1
    const child = await game.ask(args)
    if (isOver(child.exitCode) || child.overdue) return
    // The lease of a process that is no more may have to run out.
    if (child.exitCode === 4) await sleep(1_000)
  }
}

/** What can be seen from outside, once all is over. */
export async function gather(game: Game, finaleAt: number): Promise<Evidence> {
  const { runs } = documentOf<{ runs: RunDocument[] }>(await game.ask(['runs', '--limit', '100'])) ?? { runs: [] }
  const items = new Map<string, ReadonlyMap<string, string>>()
  for (const { runId, records } of runs) {
    if (records.selected === 0) items.set(runId, new Map())
    else items.set(runId, itemsOf(await game.ask(['report', runId, '--format', 'csv'])))
  }
  const { world, vendor, children, incidents, changes, before, setBacks, balances } = game
  const after = await game.database.rows()
  return {
    world,
    bill: vendor.bill,
    children,
    incidents,
    changes,
    before,
    after,
    runs: runs.toReversed(),
    items,
    setBacks,
    balances,
    finaleAt,
  }
}

/** What a process said on stdout; null where that is no JSON. */
export function documentOf<T>(child: Child): T | null {
  try {
    return JSON.parse(child.stdout) as T
  } catch {
    return null
  }
}

/** Each record's outcome. A cell that a spreadsheet could take for a formula begins with an apostrophe. */
function itemsOf(report: Child): ReadonlyMap<string, string> {
  const rows = parse(report.stdout, { columns: true }) as { key: string; outcome: string }[]
  return new Map(rows.map(({ key, outcome }) => [key.replace(/^'/, ''), outcome]))
}

import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import type { Items } from '../database/items.ts'
import type { Child } from './child.ts'
import type { Evidence, RunDocument } from './evidence.ts'
import type { Game } from './game.ts'

const REFUSED = 2
const MOST_PROCESSES = 10

/**
 * The vendor and the database are well: the job runs to its end, and what is interrupted besides is resumed to its own.
 * Answers all runs, oldest first.
 */
export async function playFinale(game: Game): Promise<RunDocument[]> {
  game.vendor.calls.healthy = true
  game.vendor.calls.downUntil = 0
  game.vendor.account.downUntil = 0
  game.proxy?.mend()
  let args = ['run', 'job']
  let runs: RunDocument[] = []
  for (let processes = 0; processes < MOST_PROCESSES; processes += 1) {
    const child = await game.ask(args)
    // The lease of a process that is no more may have to run out.
    if (child.exitCode === 4) await sleep(1_000)
    if (child.exitCode === 0) runs = await runsOf(game)
    if (child.overdue || (child.exitCode === 0 && !runs.some(isOpen))) break
    // `run` refuses where a run was interrupted that had other flags; `resume` where none is.
    if (child.exitCode === 0 || child.exitCode === REFUSED) args = args[0] === 'run' ? ['resume'] : ['run', 'job']
  }
  return runs.length > 0 ? runs : runsOf(game)
}

function isOpen({ status }: RunDocument): boolean {
  return status === 'running' || status === 'stopped'
}

async function runsOf(game: Game): Promise<RunDocument[]> {
  const said = documentOf<{ runs: RunDocument[] }>(await game.ask(['runs', '--limit', '100']))
  return (said?.runs ?? []).toReversed()
}

/** What can be seen from outside, once all is over. */
export async function gather(game: Game, runs: readonly RunDocument[], finaleAt: number): Promise<Evidence> {
  const items = (await game.database.items()) ?? (await reportedItems(game, runs))
  const { world, vendor, children, incidents, changes, before, setBacks, balances, held } = game
  const after = await game.database.rows()
  const { bill } = vendor
  return { world, bill, children, incidents, changes, before, after, runs, items, setBacks, balances, held, finaleAt }
}

/** The same from reports, which take a process each. */
async function reportedItems(game: Game, runs: readonly RunDocument[]): Promise<Items> {
  const items: Items = new Map()
  for (const { runId } of runs) {
    const report = await game.ask(['report', runId, '--format', 'csv'])
    const rows = parse(report.stdout, { columns: true }) as { key: string; outcome: string }[]
    // A cell that a spreadsheet could take for a formula begins with an apostrophe.
    items.set(runId, new Map(rows.map(({ key, outcome }) => [key.replace(/^'/, ''), outcome])))
  }
  return items
}

/** What a process said on stdout; null where that is no JSON. */
export function documentOf<T>(child: Child): T | null {
  try {
    return JSON.parse(child.stdout) as T
  } catch {
    return null
  }
}

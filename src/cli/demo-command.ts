import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveConfig } from '../config/resolve-config.ts'
import { demoConfig, RESERVE } from '../demo/demo-config.ts'
import { makePeople, PEOPLE, refreshedSince } from '../demo/people.ts'
import { InputError } from '../domain/errors.ts'
import type { RunSummary } from '../domain/run.ts'
import { type SimulatedVendor, startVendor } from '../simulator/vendor.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { printJson, printLine } from './print.ts'
import { run } from './running.ts'

/** What the simulated account holds when the demo begins, credits. */
const CREDITS = 1_750

/** `spenddown demo`: the main job, with a vendor that misses, stumbles and keeps its own bill. */
export async function demoCommand(flags: CommonFlags, host: Host): Promise<number> {
  const beganAt = Date.now()
  const file = join(await mkdtemp(join(tmpdir(), 'spenddown-demo-')), 'people.db')
  await makePeople(file, beganAt)
  const vendor = await startVendor({
    seed: 7,
    allotment: CREDITS,
    apiKey: 'demo-key',
    matchRate: 0.92,
    latencyMs: { median: 40, p99: 160 },
    faults: { error500: { rate: 0.01 }, resetAfter: { rate: 0.005 }, html: { rate: 0.002 } },
  })
  try {
    if (!flags.json) introduce(vendor)
    return await spend(flags, host, file, vendor, beganAt)
  } finally {
    await vendor.close()
  }
}

async function spend(
  flags: CommonFlags,
  host: Host,
  file: string,
  vendor: SimulatedVendor,
  beganAt: number,
): Promise<number> {
  const resolved = resolveConfig(demoConfig(file, vendor.url))
  if ('problems' in resolved) throw new InputError('CONFIG_INVALID', resolved.problems)
  const { summary, code } = await run({
    config: resolved.config,
    what: {},
    flags: { ...flags, quiet: flags.quiet ?? false },
    host,
    ticks: true,
  })
  const books = compare(summary, vendor, await refreshedSince(file, beganAt))
  if (flags.json) printJson({ ...summary, bill: books })
  else report(books, file)
  return books.equal ? code : 1
}

function introduce(vendor: SimulatedVendor): void {
  const n = (value: number) => value.toLocaleString('en-US')
  printLine(
    `${n(PEOPLE)} people in a SQLite database; ${n(vendor.account.remaining)} credits left this month, ${n(RESERVE)} of them reserved.`,
  )
  printLine(
    `The vendor at ${vendor.url} answers in about 40 ms, knows 92 % of them, fails now and then, and keeps its own bill.`,
  )
  printLine()
}

interface Books {
  readonly ledgerSpent: number
  readonly billed: number
  readonly rowsRefreshed: number
  readonly rowsInTheDatabase: number
  readonly chargedTwice: number
  readonly balance: number
  readonly equal: boolean
}

/** The run's books beside the vendor's bill. */
function compare({ credits, records }: RunSummary, vendor: SimulatedVendor, rows: number): Books {
  const { lookupCredits, recordsChargedMoreThanOnce } = vendor.bill.totals()
  return {
    ledgerSpent: credits.spent,
    billed: lookupCredits,
    rowsRefreshed: records.refreshed,
    rowsInTheDatabase: rows,
    chargedTwice: recordsChargedMoreThanOnce,
    balance: vendor.account.remaining,
    equal: lookupCredits === credits.spent && rows === records.refreshed && recordsChargedMoreThanOnce === 0,
  }
}

function report(books: Books, file: string): void {
  const row = (what: string, ours: number, theirs: number) =>
    printLine(
      `  ${what.padEnd(28)}${String(ours).padStart(10)}${String(theirs).padStart(16)}   ${ours === theirs ? 'equal' : 'DIFFERENT'}`,
    )
  printLine()
  printLine(`  ${''.padEnd(28)}${"spenddown's".padStart(10)}${"the vendor's".padStart(16)}`)
  row('credits spent / billed', books.ledgerSpent, books.billed)
  row('records refreshed / in table', books.rowsRefreshed, books.rowsInTheDatabase)
  row('reserve kept / balance', RESERVE, books.balance)
  printLine(`  records charged twice: ${books.chargedTwice}`)
  printLine()
  printLine(`The database is ${file}: \`sqlite3 ${file} 'SELECT * FROM spenddown_run'\``)
}

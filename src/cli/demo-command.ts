import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeReport } from '../app/report/report.ts'
import { writeWhole } from '../app/report/write-whole.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { demoConfig, RESERVE } from '../demo/demo-config.ts'
import { makePeople, PEOPLE, refreshedSince, type Told } from '../demo/people.ts'
import { InputError } from '../domain/errors.ts'
import type { RunSummary } from '../domain/run.ts'
import { reportText } from '../report/formats.ts'
import { personFor } from '../simulator/people.ts'
import { type SimulatedVendor, startVendor } from '../simulator/vendor.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { printJson, printLine } from './print.ts'
import { run } from './running.ts'

/** What the simulated account holds when the demo begins, credits. */
const CREDITS = 1_750
const SEED = 7
/** The vendor knows its people in this version of its data; what our table holds of some of them is older. */
const DATA_VERSION = 1

const told: Told = (email, when) => {
  const { job_title: title, job_company_name: company } = personFor(SEED, email, when === 'now' ? DATA_VERSION : 0)
  return { title, company }
}

/** `spenddown demo`: the main job, with a vendor that misses, stumbles and keeps its own bill. */
export async function demoCommand(flags: CommonFlags, host: Host): Promise<number> {
  const beganAt = Date.now()
  const file = join(await mkdtemp(join(tmpdir(), 'spenddown-demo-')), 'people.db')
  await makePeople(file, beganAt, told)
  const vendor = await startVendor({
    seed: SEED,
    version: DATA_VERSION,
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
  const page = join(dirname(file), 'report.html')
  await writeWhole(page, [reportText(await makeReport(resolved.config, summary.runId, Date.now()), 'html')])
  if (flags.json) printJson({ ...summary, bill: books, report: page })
  else report(books, file, page)
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
  /** What unknown calls hold: a run that was interrupted has not asked the balance what they cost. */
  readonly unknown: number
  readonly billed: number
  readonly rowsRefreshed: number
  readonly rowsInTheDatabase: number
  readonly chargedTwice: number
  readonly balance: number
  readonly expectedBalance: number
  readonly equal: boolean
}

/** The run's books beside the vendor's bill. */
function compare({ credits, records }: RunSummary, vendor: SimulatedVendor, rows: number): Books {
  const { lookupCredits, recordsChargedMoreThanOnce } = vendor.bill.totals()
  return {
    ledgerSpent: credits.spent,
    unknown: credits.unknown,
    billed: lookupCredits,
    rowsRefreshed: records.refreshed,
    rowsInTheDatabase: rows,
    chargedTwice: recordsChargedMoreThanOnce,
    balance: vendor.account.remaining,
    expectedBalance: credits.balance ?? 0,
    equal:
      agree(credits.spent, lookupCredits, credits.unknown) &&
      rows === records.refreshed &&
      recordsChargedMoreThanOnce === 0,
  }
}

/** The same, but for what nobody can know of calls whose replies were lost. */
function agree(ours: number, theirs: number, unknown: number): boolean {
  return Math.abs(ours - theirs) <= unknown
}

function report(books: Books, file: string, page: string): void {
  const verdict = (ours: number, theirs: number, unknown: number) => {
    if (ours === theirs) return 'equal'
    return agree(ours, theirs, unknown) ? `as far as ${unknown} unknown credits can tell` : 'DIFFERENT'
  }
  const row = (what: string, ours: number, theirs: number, unknown = 0) =>
    printLine(
      `  ${what.padEnd(28)}${String(ours).padStart(10)}${String(theirs).padStart(16)}   ${verdict(ours, theirs, unknown)}`,
    )
  printLine()
  printLine(`  ${''.padEnd(28)}${"spenddown's".padStart(10)}${"the vendor's".padStart(16)}`)
  row('credits spent / billed', books.ledgerSpent, books.billed, books.unknown)
  row('records refreshed / in table', books.rowsRefreshed, books.rowsInTheDatabase)
  row('balance, reserve included', books.expectedBalance, books.balance, books.unknown)
  printLine(`  records charged twice: ${books.chargedTwice}`)
  printLine()
  printLine(`The report of the run, for a browser: ${page}`)
  printLine(`The database is ${file}: \`sqlite3 ${file} 'SELECT * FROM spenddown_run'\``)
}

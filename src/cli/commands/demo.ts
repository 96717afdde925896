import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeReport } from '../../app/report/report.ts'
import { writeWhole } from '../../app/report/write-whole.ts'
import { checkedConfig } from '../../config/resolve-config.ts'
import { demoConfig, RESERVE } from '../../demo/demo-config.ts'
import { makePeople, PEOPLE, refreshedSince, type Told } from '../../demo/people.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import { figure } from '../../domain/words/figure.ts'
import { reportText } from '../../report/formats/formats.ts'
import { personFor } from '../../simulator/lookups/people.ts'
import { type SimulatedVendor, startVendor } from '../../simulator/vendor.ts'
import type { CommonFlags } from '../flags.ts'
import type { Host } from '../host.ts'
import { printLines, say } from '../print.ts'
import { run } from '../running.ts'

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
    if (!flags.json) printLines(introduction(vendor))
    const config = checkedConfig(demoConfig(file, vendor.url))
    const { summary, code } = await run({ config, what: {}, flags, host, ticks: true })
    const books = compare(summary, vendor, await refreshedSince(file, beganAt))
    const report = join(dirname(file), 'report.html')
    await writeWhole(report, [reportText(await makeReport(config, summary.runId, Date.now()), 'html')])
    say(flags, { ...summary, bill: books, report }, () => describeBooks(books, file, report))
    return books.equal ? code : 1
  } finally {
    await vendor.close()
  }
}

function introduction({ url, account }: SimulatedVendor): string[] {
  return [
    `${figure(PEOPLE)} people in a SQLite database; ${figure(account.remaining)} credits left this month, ${figure(RESERVE)} of them reserved.`,
    `The vendor at ${url} answers in about 40 ms, knows 92 % of them, fails now and then, and keeps its own bill.`,
    '',
  ]
}

type Books = ReturnType<typeof compare>

/** The run's books beside the vendor's bill. */
function compare({ credits, records }: RunSummary, vendor: SimulatedVendor, rowsInTheDatabase: number) {
  const { lookupCredits: billed, recordsChargedMoreThanOnce: chargedTwice } = vendor.bill.totals()
  const { spent, unknown, balance } = credits
  return {
    ledgerSpent: spent,
    /** What unknown calls hold: a run that was interrupted has not asked the balance what they cost. */
    unknown,
    billed,
    rowsRefreshed: records.refreshed,
    rowsInTheDatabase,
    chargedTwice,
    balance: vendor.account.remaining,
    expectedBalance: balance ?? 0,
    equal: agree(spent, billed, unknown) && rowsInTheDatabase === records.refreshed && chargedTwice === 0,
  }
}

/** The same, but for what nobody can know of calls whose replies were lost. */
function agree(ours: number, theirs: number, unknown: number): boolean {
  return Math.abs(ours - theirs) <= unknown
}

function describeBooks(books: Books, file: string, report: string): string[] {
  const verdict = (ours: number, theirs: number, unknown: number) => {
    if (ours === theirs) return 'equal'
    return agree(ours, theirs, unknown) ? `as far as ${unknown} unknown credits can tell` : 'DIFFERENT'
  }
  const row = (what: string, ours: number | string, theirs: number | string, said: string) =>
    `  ${what.padEnd(28)}${String(ours).padStart(10)}${String(theirs).padStart(16)}   ${said}`.trimEnd()
  const compared = (what: string, ours: number, theirs: number, unknown = 0) =>
    row(what, ours, theirs, verdict(ours, theirs, unknown))
  return [
    '',
    row('', "spenddown's", "the vendor's", ''),
    compared('credits spent / billed', books.ledgerSpent, books.billed, books.unknown),
    compared('records refreshed / in table', books.rowsRefreshed, books.rowsInTheDatabase),
    compared('balance, reserve included', books.expectedBalance, books.balance, books.unknown),
    `  records charged twice: ${books.chargedTwice}`,
    '',
    `The report of the run, for a browser: ${report}`,
    `The database is ${file}: \`sqlite3 ${file} 'SELECT * FROM spenddown_run'\``,
  ]
}

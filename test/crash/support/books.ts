import { personFor } from '../../../src/simulator/lookups/people.ts'
import { DatabaseView } from './database-view.ts'
import type { Stage } from './stage.ts'

/** Of one run, in the scenes. */
const MOST_KILLS = 3

/** A finished run beside the vendor's bill. Credits are credits. */
export interface Books {
  readonly billed: number
  readonly budget: number
  readonly spent: number
  readonly unknown: number
  readonly balance: number
  readonly refreshed: number
  readonly rows: number
  /** Charges beyond one a record. */
  readonly doubles: number
  /** Records that were charged and never written: their replies were lost, and nobody asked again. */
  readonly lostRecords: number
}

/** What is not as promised, in words; nothing if all is. */
export interface Verdict {
  readonly books: Books
  readonly wrong: readonly string[]
}

export interface Allowance {
  /** Records in calls that were in flight when a process was killed, over all kills of the run. */
  readonly inFlightAtKills: number
  /** Records in calls whose reply the vendor itself lost. */
  readonly lostByVendor: number
}

/** Holds the only run of a stage, which has ended by itself, against the vendor's bill. */
export async function audit(stage: Stage, allowance: Allowance): Promise<Verdict> {
  const view = new DatabaseView(stage.database)
  const [run] = await view.runs()
  if (run === undefined) throw new Error('there is no run')
  const rows = await changedRows(stage, view)
  const charges = stage.vendor.bill.chargesByRecord()
  const doubles = [...charges.values()].reduce((sum, times) => sum + times - 1, 0)
  const written = new Set(rows.written)
  const paidRecords = [...charges.keys()].filter((email) => !written.has(email)).length
  const onlyMisses = stage.scene.cost.per === 'call' ? run.notFound : 0
  const books: Books = {
    billed: stage.vendor.bill.totals().lookupCredits,
    budget: run.budget,
    spent: run.spent,
    unknown: run.unknown,
    balance: stage.vendor.account.remaining,
    refreshed: run.refreshed,
    rows: rows.written.length,
    doubles,
    lostRecords: paidRecords - onlyMisses,
  }
  const wrong = [
    ...rows.wrong,
    ...checkCredits(stage, books, repeatsOf(stage, allowance)),
    ...checkCharges(stage, books, allowance, charges, { written: rows.written, setAside: await view.setAside() }),
    ...(await checkLooks(view, new Set(rows.ids))),
    ...(await checkNothingStuck(stage, view, run, repeatsOf(stage, allowance))),
  ]
  return { books, wrong }
}

/** The most credits that the ledger may count beyond the bill: of records that were asked for again, for nothing. */
function repeatsOf({ scene }: Stage, { inFlightAtKills, lostByVendor }: Allowance): number {
  return scene.silentRepeats ? (inFlightAtKills + lostByVendor) * scene.cost.credits : 0
}

function checkCredits({ scene }: Stage, books: Books, repeats: number): string[] {
  const { billed, budget, spent, unknown, balance } = books
  return [
    ...unless(billed <= budget, `billed ${billed} of a budget of ${budget}`),
    ...unless(balance >= scene.reserve, `the balance is ${balance}, below the reserve of ${scene.reserve}`),
    ...unless(spent + unknown >= billed, `billed ${billed}, and the ledger knows of ${spent} + ${unknown} unknown`),
    ...unless(unknown > 0 || repeats > 0 || spent === billed, `billed ${billed}, and the ledger says ${spent}`),
    ...unless(spent <= billed + repeats, `the ledger says ${spent}, and only ${billed} were billed`),
  ]
}

function checkCharges(
  { scene }: Stage,
  { doubles, lostRecords, refreshed, rows }: Books,
  { inFlightAtKills, lostByVendor }: Allowance,
  charges: ReadonlyMap<string, number>,
  { written, setAside }: { readonly written: readonly string[]; readonly setAside: number },
): string[] {
  // Under keys few calls at a time go out again after a kill, and records of theirs once more after a failure.
  const mostSetAside = scene.keys ? 4 * scene.perCall * MOST_KILLS : Number.POSITIVE_INFINITY
  const bound = scene.keys ? 0 : inFlightAtKills + lostByVendor
  const free = written.filter((email) => !charges.has(email))
  return [
    ...unless(rows === refreshed, `${rows} rows changed, and the run says ${refreshed}`),
    ...unless(free.length === 0, `refreshed without a charge: ${free.slice(0, 3).join(', ')}`),
    ...unless(doubles <= bound, `${doubles} double charges, where ${bound} may be`),
    ...unless(
      lostRecords >= 0 && lostRecords <= bound + setAside,
      `${lostRecords} records charged and not written, where ${bound + setAside} may be`,
    ),
    ...unless(setAside <= mostSetAside, `${setAside} records set aside, where ${mostSetAside} may be`),
  ]
}

async function checkNothingStuck(
  { scene, vendor }: Stage,
  view: DatabaseView,
  run: Awaited<ReturnType<DatabaseView['runs']>>[number],
  repeats: number,
): Promise<string[]> {
  const open = (await view.calls('open')) + (await view.calls('submitted'))
  const [heldByUnknown, items] = [await view.heldByUnknownCalls(), await view.items()]
  const ended = run.selected - (items.pending ?? 0)
  const left = Math.min(run.budget - vendor.bill.totals().lookupCredits, vendor.account.remaining - scene.reserve)
  const small = left < scene.cost.credits || left <= run.budget * 0.001 || left <= repeats
  return [
    ...unless(run.status === 'completed', `the run is ${run.status}`),
    ...unless(open === 0, `${open} calls are open`),
    ...unless(
      run.held === run.unknown && run.unknown === heldByUnknown,
      `held ${run.held}, unknown ${run.unknown}, by unknown calls ${heldByUnknown}`,
    ),
    ...unless(ended === scene.people || small, `${left} credits are left over, and ${scene.people - ended} records`),
  ]
}

/** Which people carry the vendor's data, and whether every row is either wholly new or wholly as it was. */
async function changedRows(
  { beganAt }: Stage,
  view: DatabaseView,
): Promise<{ written: string[]; ids: number[]; wrong: string[] }> {
  const written: string[] = []
  const ids: number[] = []
  const wrong: string[] = []
  for (const { id, email, title, echo, refreshedAt } of await view.people()) {
    const stamped = refreshedAt !== null && Date.parse(refreshedAt) >= beganAt
    const fresh = title !== 'before'
    if (fresh) written.push(email)
    if (fresh) ids.push(id)
    if (stamped !== fresh || (echo !== null) !== fresh) wrong.push(`${email} is half written`)
    if (fresh && (echo !== email || title !== personFor(1, email, 1).job_title))
      wrong.push(`${email} has another's data`)
  }
  return { written, ids, wrong }
}

/** Each record that was written was looked at once, whatever was killed: of the others nothing was seen. */
async function checkLooks(view: DatabaseView, written: ReadonlySet<number>): Promise<string[]> {
  const looks = new Map((await view.looks()).map((seen) => [seen.key, seen]))
  const wrong = [...looks.values()].filter(({ key, ...seen }) => {
    // As `makePeople` has it: every seventh was never refreshed, and the others so many days ago.
    const days = (key - 1) % 7 === 0 ? 0 : 1 + (((key - 1) * 7919) % 730)
    if (!written.has(key)) return seen.looks + seen.changed + seen.found > 0
    const isSeen = days === 0 ? 0 : 1
    const isAge = seen.days >= days && seen.days < days + 0.1
    return seen.looks !== isSeen || seen.changed !== isSeen || seen.found !== 1 || seen.missed !== 0 || !isAge
  })
  const unseen = [...written].filter((id) => !looks.has(id))
  return [
    ...unless(wrong.length === 0, `looks at ${wrong.length} records are wrong: ${JSON.stringify(wrong[0])}`),
    ...unless(unseen.length === 0, `${unseen.length} written records were not looked at`),
  ]
}

function unless(holds: boolean, otherwise: string): string[] {
  return holds ? [] : [otherwise]
}

import { asCredits, micro } from '../credits.ts'
import type { Check, Evidence, Violation } from '../play/evidence.ts'
import { Books } from './books.ts'

/** A process may have sent a call for so long after an answer that told a new balance had left the vendor. */
const NOTICE_MS = 2_000

/** Promise 1: the bill of a run is within its budget, and in its books. */
export const withinBudget: Check = (evidence) => {
  const books = new Books(evidence)
  return evidence.runs.flatMap(({ runId, credits }): Violation[] => {
    const billed = books.billed(runId)
    const found: Violation[] = []
    if (billed > micro(credits.budget)) {
      found.push({
        promise: 1,
        check: 'bill within budget',
        expected: `run ${runId}: at most its budget of ${credits.budget}`,
        found: `billed ${asCredits(billed)}`,
      })
    }
    const known = micro(credits.spent) + micro(credits.unknown)
    if (billed > known) {
      found.push({
        promise: 1,
        check: 'bill is in the books',
        expected: `run ${runId}: billed at most spent and unknown, ${asCredits(known)}`,
        found: `billed ${asCredits(billed)} (spent ${credits.spent}, unknown ${credits.unknown})`,
      })
    }
    return found
  })
}

/** Promise 1: no call of ours takes the account below the reserve, as far as any balance had shown. */
export const reserveKept: Check = (evidence) => {
  const { shown } = evidence.world.vendor.balance
  if (shown === 'none') return allotmentKept(evidence)
  // Books that were set back expect more than there is, until a reply tells the balance.
  if (shown === 'header' && evidence.setBacks.length > 0) return []
  const reserve = micro(evidence.world.job.reserve)
  for (const movement of evidence.bill.movements) {
    if (movement.by !== 'us' || movement.balance >= reserve) continue
    const excused = spentByOthersUnseen(evidence, movement.at, movement.receipt)
    if (movement.balance >= reserve - excused) continue
    return [
      {
        promise: 1,
        check: 'reserve kept',
        expected: `at least ${asCredits(reserve)} left, less ${asCredits(excused)} that others had taken unseen`,
        found: `call ${movement.receipt} left ${asCredits(movement.balance)}`,
      },
    ]
  }
  return []
}

/** What others took since the last balance that the sender of a call had surely seen when it sent that. */
function spentByOthersUnseen({ bill, world }: Evidence, at: number, serial: number | null): number {
  const sentAt = bill.receipts[(serial ?? 0) - 1]?.at ?? at
  const seen = bill.receipts.filter(
    ({ balanceShown, answeredAt }) => balanceShown !== null && answeredAt !== null && answeredAt < sentAt - NOTICE_MS,
  )
  const shownAt = Math.max(0, ...seen.map((receipt) => receipt.at)) - world.vendor.balance.lagMs
  return bill.movements
    .filter((movement) => movement.by === 'others' && movement.at >= shownAt && movement.at <= at)
    .reduce((sum, movement) => sum + movement.micro, 0)
}

function allotmentKept(evidence: Evidence): Violation[] {
  const books = new Books(evidence)
  const { reserve } = evidence.world.job
  const { credits } = evidence.world.vendor.balance
  const billed = evidence.runs.reduce((sum, { runId }) => sum + books.billed(runId), 0)
  if (billed <= micro(credits - reserve)) return []
  return [
    {
      promise: 1,
      check: 'reserve of the allotment kept',
      expected: `at most ${credits - reserve} of the allotment spent`,
      found: `all runs were billed ${asCredits(billed)}`,
    },
  ]
}

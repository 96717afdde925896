import type { Check, Evidence, Violation } from '../play/evidence.ts'
import type { Receipt } from '../vendor/bill.ts'

/** A reply takes so long to be read and heeded on a busy machine. */
const HEED_MS = 400
/** Arrivals are compared over so long, since each may be late by itself. */
const WINDOW_MS = 4_000

/** Promise 5: never more calls at once than the config allows, as the vendor sees them. */
export const concurrencyKept: Check = ({ world, bill }) => {
  const allowed = world.job.maxConcurrent
  const over = bill.receipts.find(({ kind, open }) => kind === 'call' && allowed !== null && open > allowed)
  if (over === undefined) return []
  return [failed('maxConcurrent kept', `at most ${allowed} open calls`, `call ${over.serial} made ${over.open}`)]
}

/** Promise 5: the rate that the config names is kept. */
export const rateKept: Check = ({ world, bill, children }) => {
  const { perSecond } = world.vendor.limits
  if (!world.vendor.limitsTold || perSecond === null) return []
  const most = (perSecond * WINDOW_MS) / 1_000 + 3
  return children.flatMap(({ name, frozen }) => {
    if (frozen.length > 0) return []
    const calls = bill.receipts.filter(({ process, kind }) => process === name && kind !== 'balance')
    const over = calls.find((call, place) => {
      const earlier = calls[place - Math.ceil(most)]
      return earlier !== undefined && call.at - earlier.at < WINDOW_MS - HEED_MS
    })
    if (over === undefined) return []
    return [
      failed('perSecond kept', `at most ${most} in ${WINDOW_MS} ms`, `more before call ${over.serial} of ${name}`),
    ]
  })
}

/** It asks again after calls that have cost something, in halves: a dozen times for a thousand credits. */
const MOST_QUESTIONS = 20

/** Promise 5: the balance is not asked for without end. */
export const balanceAskedSparingly: Check = ({ bill, children }) =>
  children.flatMap(({ name, frozen }) => {
    const asked = bill.receipts.filter(({ process, kind }) => process === name && kind === 'balance')
    const over = asked.find(({ at }, place) => at - (asked[place - MOST_QUESTIONS]?.at ?? 0) < 1_000)
    if (over === undefined || frozen.length > 0) return []
    return [
      failed(
        'the balance is asked for sparingly',
        `at most ${MOST_QUESTIONS} times a second`,
        `more before request ${over.serial} of ${name}`,
      ),
    ]
  })

/** Promise 5: after Retry-After nothing is sent before its time. */
export const retryAfterKept: Check = (evidence) => {
  for (const told of evidence.bill.receipts) {
    if (told.retryAfterMs === null || told.answeredAt === null) continue
    const early = evidence.bill.receipts.find((call) => isEarly(evidence, told, call))
    if (early === undefined) continue
    return [
      failed(
        'Retry-After honoured',
        `nothing for ${told.retryAfterMs} ms after the reply to call ${told.serial}`,
        `call ${early.serial}, ${early.at - told.answeredAt} ms after it`,
      ),
    ]
  }
  return []
}

/** Sent when the word had been heard, and before its time. */
function isEarly({ children }: Evidence, told: Receipt, call: Receipt): boolean {
  if (call.kind !== 'call' || call.process !== told.process) return false
  const after = call.at - (told.answeredAt ?? 0)
  const frozen = children.some(({ name, frozen }) => name === told.process && frozen.length > 0)
  return !frozen && after > HEED_MS && after < (told.retryAfterMs ?? 0) - 100
}

/** Promise 5, and README's sixth: a process that stood still and was overtaken sends nothing more. */
export const overtakenIsSilent: Check = ({ bill, children }) =>
  children.flatMap((child) =>
    child.frozen.flatMap(({ from, to }): Violation[] => {
      const overtaken = bill.receipts.some(
        ({ process, kind, at }) => kind === 'call' && process !== child.name && at > from + 50 && at < to - 50,
      )
      const sent = bill.receipts.find(
        ({ process, kind, at }) => kind === 'call' && process === child.name && at > to + 20,
      )
      // One that had asked for nothing yet has not been overtaken: it waits for its turn.
      const hadBegun = bill.receipts.some(({ process, at }) => process === child.name && at <= from)
      if (!overtaken || sent === undefined || !hadBegun) return []
      return [
        failed(
          'an overtaken process sends nothing',
          `nothing of ${child.name} after it woke up`,
          `call ${sent.serial}`,
        ),
      ]
    }),
  )

function failed(check: string, expected: string, found: string): Violation {
  return { promise: 5, check, expected, found }
}

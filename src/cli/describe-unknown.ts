import { figure } from '../domain/figure.ts'
import { type DecidedCall, settlingWords, type UnknownCall, type UnknownCalls } from '../domain/unknown-call.ts'
import { counted } from '../domain/words.ts'

/** Calls and records that are shown; the JSON has all of them. */
const MOST_CALLS = 50
const MOST_RECORDS = 10

/** Unknown calls in words. */
export function describeUnknown({ vendor, busy, holds, calls, decisions }: UnknownCalls): string[] {
  const under = busy === null ? [] : [`${busy} is spending from the account: its calls in flight are not listed`]
  if (calls.length === 0) return [`no unknown calls on the account "${vendor}"`, ...under]
  const decidable = calls.find((call) => call.decidable)
  return [
    `${counted(calls.length, 'unknown call')} on the account "${vendor}": ${counted(holds, 'credit')} held`,
    ...under,
    ...calls.slice(0, MOST_CALLS).flatMap(describeCall),
    ...(calls.length > MOST_CALLS ? [`and ${figure(calls.length - MOST_CALLS)} more: --json has all`] : []),
    ...(decidable === undefined
      ? []
      : ['', `once you know: spenddown unknown --settle ${decidable.id}=charged, or =free`]),
    ...(decisions.length === 0 ? [] : ['', 'settled by hand, the latest first:']),
    ...decisions.slice(0, MOST_RECORDS).map((decision) => `  ${describeDecision(decision)}`),
  ]
}

/** One that was decided, in a line. */
export function describeDecision({ id, as, cost, by, at }: DecidedCall): string {
  return `${id} · ${as}: ${counted(cost, 'credit')} · by ${by} · ${at}`
}

function describeCall(call: UnknownCall): string[] {
  const { records, status, reason, vendorJob, idempotencyKey } = call
  const more = records.length > MOST_RECORDS ? ` and ${figure(records.length - MOST_RECORDS)} more` : ''
  const why = [status === null ? null : `HTTP ${status}`, reason].filter((part) => part !== null)
  const names = [vendorJob === null ? null : `job ${vendorJob}`, idempotencyKey].filter((part) => part !== null)
  return [
    '',
    `${call.id} · ${call.job} (${call.runStatus}) · holds ${figure(call.holds)} · ${call.state === 'open' ? 'opened' : 'sent'} ${call.sentAt}`,
    `  records  ${records.slice(0, MOST_RECORDS).join(', ')}${more}`,
    ...(why.length > 0 ? [`  why      ${why.join(': ')}`] : []),
    ...(names.length > 0 ? [`  at the vendor  ${names.join(', ')}`] : []),
    `  by itself  ${settlingWords(call)}`,
  ]
}

import { decideUnknown, listUnknown } from '../../app/run/unknown-calls.ts'
import type { Config } from '../../config/config.ts'
import { type DecidedCall, settlingWords, type UnknownCall, type UnknownCalls } from '../../domain/call/unknown-call.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import { figure } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import type { Saying } from '../../refresh/settle/settle-by-hand.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readConfig } from '../flags.ts'
import { abortedBySignals, type Host, whoIsHere } from '../host.ts'
import { say } from '../print.ts'

interface UnknownFlags extends CommonFlags {
  readonly settle: readonly string[]
  readonly by?: string
}

/** `spenddown unknown`: lists unknown calls, or settles those that `--settle` names. */
export async function unknownCommand(flags: UnknownFlags, host: Host): Promise<number> {
  const said = readSayings(flags.settle)
  const config = await readConfig(flags)
  if (said.length === 0) {
    const found = await listUnknown(config)
    say(flags, found, () => describeUnknown(found))
    return 0
  }
  const sayings = said.some(isOfAll) ? await allCharged(config, said) : said
  const log = await commandLog(config, flags, host)
  const parts = { log, signal: abortedBySignals(host) }
  const settled = sayings.length === 0 ? [] : await decideUnknown(config, sayings, flags.by ?? whoIsHere(), parts)
  const none = 'no unknown call can be settled by hand'
  say(flags, { settled }, () =>
    settled.length === 0 ? [none] : settled.map((each) => `settled ${describeDecision(each)}`),
  )
  return 0
}

function isOfAll({ id }: Saying): boolean {
  return id === 'all'
}

/** Each call that can be settled by hand. It stands alone, and is refused as `free`: a wrong one may overspend. */
async function allCharged(config: Config, said: readonly Saying[]): Promise<Saying[]> {
  if (said.length > 1 || said[0]?.as !== 'charged') {
    const found = said.map(({ id, as }) => `${id}=${as}`).join(', ')
    throw new InputError('SETTLE_INVALID', [{ path: '--settle', found, allowed: 'all=charged, alone' }])
  }
  const { calls } = await listUnknown(config)
  return calls.filter(({ decidable }) => decidable).map(({ id }) => ({ id, as: 'charged' }))
}

function readSayings(texts: readonly string[]): Saying[] {
  const problems: Problem[] = []
  const sayings = texts.flatMap((text): Saying[] => {
    const [, id, as] = /^(.+)=(charged|free)$/.exec(text.trim()) ?? []
    if (id !== undefined && as !== undefined) return [{ id, as: as as Saying['as'] }]
    const allowed = "a call's id and what it cost, such as RUN/7=charged or RUN/7=free"
    problems.push({ path: '--settle', found: JSON.stringify(text), allowed, hint: '`spenddown unknown` lists them.' })
    return []
  })
  if (problems.length > 0) throw new InputError('SETTLE_INVALID', problems)
  return sayings
}

/** Calls and records that are shown; the JSON has all of them. */
const MOST_CALLS = 50
const MOST_RECORDS = 10

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
      : ['', `once you know: spenddown unknown --settle ${decidable.id}=charged, or =free; all=charged marks all`]),
    ...(decisions.length === 0 ? [] : ['', 'settled by hand, the latest first:']),
    ...decisions.slice(0, MOST_RECORDS).map((decision) => `  ${describeDecision(decision)}`),
  ]
}

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

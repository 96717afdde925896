import type { Outcome, OutcomeKind } from '../../domain/call/outcome.ts'
import { type Credits, minus, most, NO_CREDITS } from '../../domain/credits/credits.ts'
import { parseAsOf } from '../../domain/cycle/as-of.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import { excerpt, interpret, parseJson, saidAmount } from '../classify/interpret.ts'
import type { BalanceRules, Exchange, Reply, VendorClient, VendorRules } from '../ports/vendor.ts'

/** What the balance endpoint reported. */
export interface Balance {
  /** What remains of the plan's credits; purchased credits are subtracted. */
  readonly balance: Credits
  readonly purchased: Credits
  /** The instant for which it is valid, epoch ms; null: now, or no credible instant was reported. */
  readonly asOf: number | null
  /** The next reset as reported by the vendor, epoch ms; null: not reported. */
  readonly resetsAt: number | null
  /** What was wrong with a part of the report that is not believed; null: nothing. */
  readonly ignored: string | null
}

export type BalanceReading =
  | ({ readonly kind: 'balance' } & Balance)
  | { readonly kind: 'refused'; readonly reason: string }
  /** `passes`: it may be read at another try; not where the config and the endpoint do not fit. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly passes: boolean; readonly isNegative?: boolean }

/** A negative balance is an odd reply; said twice in a row, none is left: others have spent more than there was. */
export class NegativeBalances {
  #wasNegative = false

  weigh(reading: BalanceReading): BalanceReading {
    const isNegative = reading.kind === 'unreadable' && reading.isNegative === true
    const isRepeated = isNegative && this.#wasNegative
    this.#wasNegative = isNegative
    const ignored = 'the vendor reports a negative balance: none is left'
    const nothing = { balance: NO_CREDITS, purchased: NO_CREDITS, asOf: null, resetsAt: null }
    return isRepeated ? { kind: 'balance', ...nothing, ignored } : reading
  }
}

const MOST_BYTES = 1024 * 1024
/** Outcomes of a reply that a later one may not have. */
const PASSING: readonly OutcomeKind[] = ['throttled', 'try-again', 'unknown']

/** Requests the balance once. It costs no credit. Reasons tell where it was requested and what came back. */
export async function readBalance(
  vendor: VendorClient,
  rules: VendorRules,
  now: () => number,
): Promise<BalanceReading> {
  const { balance } = rules
  if (balance === null) return { kind: 'unreadable', reason: 'the config names no balance endpoint', passes: false }
  const { url, hide } = balance.shown ?? { url: balance.request.path, hide: String }
  const exchange = await vendor.send({ ...balance.request, forBalance: true, maxReplyBytes: MOST_BYTES }, null)
  if (exchange.kind !== 'reply') return { kind: 'unreadable', reason: hide(`${url}: ${exchange.reason}`), passes: true }
  const { status, headers, text } = exchange
  const told = (reason: string) => hide(`${url}: ${reason}; the reply: ${excerpt(text)}`)
  const outcome = balance.statuses.includes(status)
    ? ({ kind: 'fresh', reason: '' } as const)
    : outcomeOf(exchange, rules, now())
  if (outcome.kind === 'credentials-refused') return { kind: 'refused', reason: `the balance: ${told(outcome.reason)}` }
  if (outcome.kind !== 'fresh') {
    return { kind: 'unreadable', reason: told(outcome.reason), passes: PASSING.includes(outcome.kind) }
  }
  const reading = saidBalance(balance, { status, headers, body: parseJson(text) }, now())
  return reading.kind === 'unreadable' ? { ...reading, reason: told(reading.reason) } : reading
}

/** Null if the user's function throws: the configured cycle applies then. */
function resetOf(balance: BalanceRules, body: unknown, nowMs: number): number | null {
  try {
    return balance.resetsAt?.(body, nowMs) ?? null
  } catch {
    return null
  }
}

/** Unreadable without the number of purchased credits: all that remain may be purchased, and must not be spent. */
function saidBalance(rules: BalanceRules, reply: Reply, now: number): BalanceReading {
  const remaining = saidAmount((said) => rules.remaining(said.body, said), reply, 'balance')
  if (remaining.amount === null) {
    const { problem, isNegative = false } = remaining
    return { kind: 'unreadable', reason: problem ?? 'no balance', passes: false, isNegative }
  }
  const bought = saidPurchased(rules, reply)
  if (bought.amount === null)
    return { kind: 'unreadable', reason: bought.problem ?? 'no purchased credits', passes: false }
  const tooMany = bought.amount > remaining.amount ? 'more credits were purchased than remain' : null
  const dated = saidAsOf(rules, reply, now)
  return {
    kind: 'balance',
    balance: most(minus(remaining.amount, bought.amount), NO_CREDITS),
    purchased: bought.amount,
    asOf: dated.asOf,
    resetsAt: resetOf(rules, reply.body, now),
    ignored: tooMany ?? dated.problem,
  }
}

function saidPurchased({ purchased }: BalanceRules, reply: Reply): ReturnType<typeof saidAmount> {
  if (purchased === null) return { amount: NO_CREDITS, problem: null }
  return saidAmount((said) => purchased(said.body, said), reply, 'number of purchased credits')
}

function saidAsOf({ asOf }: BalanceRules, reply: Reply, now: number): { asOf: number | null; problem: string | null } {
  if (asOf === null) return { asOf: null, problem: null }
  try {
    const parsed = parseAsOf(asOf(reply.body, reply), now)
    if ('at' in parsed) return { asOf: parsed.at, problem: null }
    return { asOf: null, problem: `the instant of the balance ${parsed.problem}` }
  } catch (error) {
    return { asOf: null, problem: `the instant of the balance could not be read: ${messageOf(error)}` }
  }
}

/** A refusal is classified by the vendor's own rules, as for any other call: a 403 may mean "too fast". */
function outcomeOf(exchange: Exchange & { kind: 'reply' }, rules: VendorRules, nowMs: number): Outcome {
  const plain = { ...rules, outcome: null, charged: null, remaining: null }
  if (exchange.status < 300) return interpret(exchange, { ...plain, outcomes: [] }, nowMs).outcome
  try {
    return interpret(exchange, { ...plain, outcome: rules.outcome }, nowMs).outcome
  } catch {
    return interpret(exchange, plain, nowMs).outcome
  }
}

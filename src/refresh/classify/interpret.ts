import { type Outcome, type OutcomeKind, outcomeOfStatus, VENDOR_OUTCOMES } from '../../domain/call/outcome.ts'
import { outcomeByTable } from '../../domain/call/outcome-table.ts'
import { parseRetryAfter } from '../../domain/call/retry-after.ts'
import { type Credits, parseCredits } from '../../domain/credits/credits.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import { withLongNumbersAsText } from '../../domain/values/long-numbers.ts'
import type { Exchange, Reply, VendorRules } from '../ports/vendor.ts'

/** The classification of a whole exchange: its outcome, and the charge and balance that it reported. */
export interface Interpretation {
  readonly outcome: Outcome
  /** The cost reported by the vendor; null: none, or none that is credible. */
  readonly charge: Credits | null
  /** The balance in the reply; null: none, or none that is credible. */
  readonly balance: Credits | null
  /** When credits come back, epoch ms, as a reply said that none are left; missing: it did not say it. */
  readonly backAt?: number
  /** Why a reported balance or charge is not believed; null: nothing is wrong. */
  readonly ignored: string | null
  readonly status: number | null
  /** The parsed body; the text where it is not JSON; undefined without a reply. */
  readonly body: unknown
  /** The reply was paid for and cannot be read. */
  readonly unreadable: boolean
  /** The outcome comes from the config's own rules, not from the default table. */
  readonly said: boolean
}

/** Classifies an exchange by the config's rules first, then by the default table. */
export function interpret(exchange: Exchange, rules: VendorRules, nowMs: number): Interpretation {
  switch (exchange.kind) {
    case 'not-sent':
      return nothing({ kind: 'try-again', reason: exchange.reason }, null)
    case 'lost':
      return interpretLost(exchange, rules)
    case 'reply':
      return interpretReply(exchange, rules, nowMs)
  }
}

/**
 * A connection that broke in the middle of a 2xx: the reply was paid for and cannot be read. With an idempotency key the
 * reply can be requested again for free (unless it is too long), so the call counts as unknown, like any other call that
 * was sent and got no answer.
 */
function interpretLost(exchange: Exchange & { kind: 'lost' }, rules: VendorRules): Interpretation {
  const paid = exchange.status !== null && exchange.status >= 200 && exchange.status < 300
  if (!paid || (rules.idempotent && !exchange.tooLong))
    return nothing({ kind: 'unknown', reason: exchange.reason }, exchange.status)
  const outcome = {
    kind: 'give-up',
    reason: exchange.tooLong ? exchange.reason : `the reply broke off (${exchange.reason})`,
  } as const
  return { ...nothing(outcome, exchange.status), unreadable: true }
}

function interpretReply(exchange: Exchange & { kind: 'reply' }, rules: VendorRules, nowMs: number): Interpretation {
  const parsed = parseJson(exchange.text)
  const reply: Reply = { status: exchange.status, headers: exchange.headers, body: parsed ?? exchange.text }
  const retryAfterMs = parseRetryAfter(exchange.headers['retry-after'], nowMs)
  const said = saidOutcome(reply, rules)
  let kind = said ?? outcomeOfStatus(exchange.status, retryAfterMs)
  let reason = said === null ? `status ${exchange.status}` : `status ${exchange.status}, ${said} by the vendor's rules`
  const unreadable = kind === 'fresh' && parsed === undefined
  if (unreadable) {
    kind = 'give-up'
    reason = `status ${exchange.status}, but the reply is not JSON: ${excerpt(exchange.text)}`
  }
  const charge = saidAmount(rules.charged, reply, 'charge')
  const balance = saidAmount(rules.remaining, reply, 'balance')
  const backAt = kind === 'credits-exhausted' ? saidBackAt(reply, rules, nowMs) : null
  return {
    ...(backAt !== null && { backAt }),
    outcome: { kind, reason, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
    charge: charge.amount,
    balance: balance.amount,
    // Error replies commonly carry neither: not worth a warning.
    ignored: exchange.status < 300 ? (balance.problem ?? charge.problem) : null,
    status: exchange.status,
    body: reply.body,
    unreadable,
    said: said !== null && !unreadable,
  }
}

/** Null if the user's function throws: the configured cycle applies then. */
function saidBackAt(reply: Reply, rules: VendorRules, nowMs: number): number | null {
  try {
    return rules.backAt?.(reply, nowMs) ?? null
  } catch {
    return null
  }
}

function saidOutcome(reply: Reply, rules: VendorRules): OutcomeKind | null {
  const said = rules.outcome?.(reply)
  if (said === undefined || said === null) return outcomeByTable(rules.outcomes, reply)
  const known = VENDOR_OUTCOMES.find((kind) => kind === said)
  if (known === undefined)
    throw new TypeError(`vendor.outcome answered "${said}"; allowed: ${VENDOR_OUTCOMES.join(', ')}`)
  return known
}

/** A 404 to a whole bulk call means that the vendor does not know its path, not that its records are missing. */
export function ofBulk(reading: Interpretation): Interpretation {
  const { outcome, said } = reading
  if (outcome.kind !== 'not-found' || said) return reading
  return { ...reading, outcome: { ...outcome, kind: 'give-up', reason: `${outcome.reason} to the whole call` } }
}

/** An amount of credits from a reply; null with a problem if it is missing, negative (`isNegative`) or not a number. */
export function saidAmount(
  read: ((reply: Reply) => unknown) | null,
  reply: Reply,
  what: string,
): { amount: Credits | null; problem: string | null; isNegative?: true } {
  if (read === null) return { amount: null, problem: null }
  let said: unknown
  try {
    said = read(reply)
  } catch (error) {
    return { amount: null, problem: `the ${what} could not be read: ${messageOf(error)}` }
  }
  const amount = typeof said === 'string' && said.trim() === '' ? null : parseCredits(said)
  if (amount === null) return { amount: null, problem: `the vendor reported no ${what} (found ${excerpt(show(said))})` }
  if (amount < 0) return { amount: null, problem: `the vendor reported a negative ${what}`, isNegative: true }
  return { amount, problem: null }
}

/** A text form for messages; an object's own toString may throw. */
function show(said: unknown): string {
  return typeof said === 'object' ? 'an object' : String(said)
}

function nothing(outcome: Outcome, status: number | null): Interpretation {
  return {
    outcome,
    charge: null,
    balance: null,
    ignored: null,
    status,
    body: undefined,
    unreadable: false,
    said: false,
  }
}

/**
 * The value of a JSON text; undefined where it is not JSON (JSON itself has no undefined). Whole numbers beyond 2^53, such
 * as ids, become text: as numbers they would lose digits.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(LONG_NUMBER.test(text) ? withLongNumbersAsText(text) : text) as unknown
  } catch {
    return undefined
  }
}

/** Where a value may begin, and 16 digits or more. It may stand in a text as well. */
const LONG_NUMBER = /(?:^|[:,[])\s*-?\d{16}/
/** Only this many characters are searched for an excerpt, since a reply may have millions. */
const LOOKED_AT = 2_000

/** The beginning of a text, on one line. */
export function excerpt(text: string): string {
  const line = text.slice(0, LOOKED_AT).replace(/\s+/g, ' ').trim()
  return line.length > 120 ? `"${line.slice(0, 120)}…"` : `"${line}"`
}

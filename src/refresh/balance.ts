import type { Credits } from '../domain/credits.ts'
import type { Outcome } from '../domain/outcome.ts'
import { interpret, parseJson, saidAmount } from './interpret.ts'
import type { BalanceRules, Exchange, VendorClient, VendorRules } from './ports/vendor.ts'

export type BalanceReading =
  /** `resetsAt`: when the vendor says that the account is reset next, epoch ms; null: it does not say. */
  | { readonly kind: 'balance'; readonly balance: Credits; readonly resetsAt: number | null }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Asks the balance endpoint once. It costs no credit. */
export async function readBalance(vendor: VendorClient, rules: VendorRules, nowMs: number): Promise<BalanceReading> {
  if (rules.balance === null) return { kind: 'unreadable', reason: 'the config names no balance endpoint' }
  const exchange = await vendor.send({ method: 'GET', path: rules.balance.path }, null)
  if (exchange.kind !== 'reply') return { kind: 'unreadable', reason: exchange.reason }
  const outcome = outcomeOf(exchange, rules, nowMs)
  if (outcome.kind === 'credentials-refused') return { kind: 'refused', reason: `the balance: ${outcome.reason}` }
  if (outcome.kind !== 'fresh') return { kind: 'unreadable', reason: outcome.reason }
  const { remaining } = rules.balance
  const reply = { status: exchange.status, headers: exchange.headers, body: parseJson(exchange.text) }
  const said = saidAmount(({ body }) => remaining(body), reply, 'balance')
  return said.amount === null
    ? { kind: 'unreadable', reason: said.problem ?? 'no balance' }
    : { kind: 'balance', balance: said.amount, resetsAt: resetOf(rules.balance, reply.body, nowMs) }
}

/** The user's function may throw: then the cycle's own terms count. */
function resetOf(balance: BalanceRules, body: unknown, nowMs: number): number | null {
  try {
    return balance.resetsAt?.(body, nowMs) ?? null
  } catch {
    return null
  }
}

/** A refusal means what the vendor's own rules say, as for any other call: a 403 may be about speed. */
function outcomeOf(exchange: Exchange & { kind: 'reply' }, rules: VendorRules, nowMs: number): Outcome {
  const plain = { ...rules, outcome: null, charged: null, remaining: null }
  if (exchange.status < 300) return interpret(exchange, { ...plain, outcomes: [] }, nowMs).outcome
  try {
    return interpret(exchange, { ...plain, outcome: rules.outcome }, nowMs).outcome
  } catch {
    return interpret(exchange, plain, nowMs).outcome
  }
}

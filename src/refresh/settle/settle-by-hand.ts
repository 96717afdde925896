import { NO_CREDITS, toDecimal } from '../../domain/credits/credits.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import { acquireLease, type LeaseParts } from '../lease/acquire-lease.ts'
import type { Decided, DecidingStore, Decision, NamedCall, UnsettledCall, Verdict } from '../ports/unsettled.ts'
import { isDecidable } from './resolvable-at.ts'

/** A person's decision on one call; `id`: "RUN/NUMBER". */
export interface Saying {
  readonly id: string
  readonly as: Verdict
}

interface ByHandParts extends LeaseParts {
  readonly store: DecidingStore
  readonly vendor: string
}

/** The most calls listed in the message about a wrong id. */
const NAMED = 5
const NAME = /^[^\p{C}\p{Z}](?:[^\p{C}]{0,98}[^\p{C}\p{Z}])?$/u

export function idOf({ run, n }: Pick<UnsettledCall, 'run' | 'n'>): string {
  return `${run.id}/${n}`
}

/**
 * Settles unknown calls as someone has decided: all of them, or none if one cannot be decided. Holds the lease meanwhile,
 * so that no other process works with outdated books. Throws InputError, LeaseHeldError and LeaseLostError.
 */
export async function settleByHand(
  sayings: readonly Saying[],
  by: string,
  parts: ByHandParts,
): Promise<readonly Decision[]> {
  if (!NAME.test(by)) {
    const found = JSON.stringify(by)
    throw new InputError('NAME_INVALID', [{ path: 'by', found, allowed: 'a name of 1 to 100 characters, on one line' }])
  }
  const { store, vendor, clock, log } = parts
  const lease = await acquireLease(vendor, parts)
  try {
    return await store.decide(lease, await decidable(sayings, parts), by, clock.now())
  } finally {
    await store.releaseLease(lease).catch((err) => log.warn({ err }, 'the lease could not be released'))
  }
}

async function decidable(sayings: readonly Saying[], { store, vendor }: ByHandParts): Promise<Decided[]> {
  const calls = new Map((await store.unsettled(vendor)).map((call) => [idOf(call), call]))
  const allowed = whatIsAllowed([...calls.values()], vendor)
  const decided: Decided[] = []
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const { id, as } of sayings) {
    const call = calls.get(id)
    const found = seen.has(id) ? { found: `${id}, twice` } : await whyNot(id, call, store, vendor)
    seen.add(id)
    if (as !== 'charged' && as !== 'free') {
      problems.push({ path: 'settle', found: JSON.stringify(as), allowed: "'charged' or 'free'" })
      continue
    }
    if (found === null && call !== undefined) decided.push({ call, verdict: as })
    else problems.push({ path: 'settle', allowed, ...(found ?? { found: id }) })
  }
  if (problems.length > 0) throw new InputError('NOT_UNKNOWN', problems)
  return decided
}

function whatIsAllowed(calls: readonly UnsettledCall[], vendor: string): string {
  const ids = calls.filter(isDecidable).map(idOf)
  if (ids.length === 0) return `an unknown call of "${vendor}"; there are none`
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''
  return `an unknown call of "${vendor}": ${ids.slice(0, NAMED).join(', ')}${more}`
}

type Found = Pick<Problem, 'found' | 'hint'>

/** Why a call cannot be decided; null: it can be. */
async function whyNot(
  id: string,
  call: UnsettledCall | undefined,
  store: DecidingStore,
  vendor: string,
): Promise<Found | null> {
  if (call !== undefined) {
    if (isDecidable(call)) return null
    const hint = `\`spenddown resume ${call.run.id}\` sends it again, or polls it.`
    return { found: `${id}, which is still open`, hint }
  }
  const [, runId, n] = /^(.+)\/([1-9]\d{0,8})$/.exec(id) ?? []
  if (runId === undefined || n === undefined)
    return { found: JSON.stringify(id), hint: '`spenddown unknown` lists them.' }
  return { found: describe(id, await store.named(runId, Number(n)), vendor) }
}

function describe(id: string, { run, state, cost, decision }: NamedCall, vendor: string): string {
  if (run === null) return `${id}, of a run that is not in this database`
  if (run.vendor !== vendor) return `${id}, which is of "${run.vendor}"`
  if (decision !== null) {
    const at = new Date(decision.at).toISOString()
    return `${id}, which ${decision.by} has settled as ${decision.verdict} at ${at}`
  }
  if (state === null) return `${id}, which is not a call of that run`
  if (state === 'released') return `${id}, which was never sent`
  return `${id}, which is settled: it cost ${toDecimal(cost ?? NO_CREDITS)}`
}

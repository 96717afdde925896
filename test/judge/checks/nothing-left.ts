import { asCredits, micro } from '../credits.ts'
import type { Child } from '../play/child.ts'
import type { Check, Evidence, RunDocument, Violation } from '../play/evidence.ts'
import { documentOf } from '../play/finale.ts'
import { runOf } from '../play/run-of.ts'

/** Promise 2: a run that ends by itself has spent what there was, or refreshed all that there was. */
export const nothingLeft: Check = (evidence) =>
  evidence.children.flatMap((child) => {
    const run = documentOf<RunDocument>(child)
    if (run?.status !== 'completed' || child.exitCode !== 0 || run.records === undefined) return []
    // What is told after a set-back may not fit books that have forgotten: in doubt nothing is spent.
    if (evidence.setBacks.some(({ from }) => child.startedAt > from)) return []
    if (!['run', 'resume'].includes(child.args[0] ?? '')) return []
    if (run.stopReason === 'budget-spent') return budgetSpent(evidence, run)
    if (run.stopReason === 'credits-exhausted') return creditsExhausted(evidence, child, run)
    if (run.stopReason === 'all-refreshed') return allRefreshed(evidence, run)
    return []
  })

/** What the smallest call can cost. */
function leastCall({ world }: Evidence): number {
  return micro(world.vendor.cost.credits)
}

function budgetSpent(evidence: Evidence, run: RunDocument): Violation[] {
  const { budget, spent, unknown } = run.credits
  const left = micro(budget) - micro(spent) - heldRightly(evidence, unknown)
  if (left < leastCall(evidence) || left <= micro(budget) / 1_000) return []
  return [
    failed(
      'the budget is spent',
      `run ${run.runId} leaves less than a call costs, ${evidence.world.vendor.cost.credits}, of ${budget}`,
      `spent ${spent}, unknown ${unknown}: ${asCredits(left)} left`,
    ),
  ]
}

/** Unknown calls are settled from a balance before a run ends for want of credits; where none is told they hold theirs. */
function heldRightly({ world }: Evidence, unknown: number): number {
  const { shown, lagMs } = world.vendor.balance
  // Others who spend meanwhile, and a balance that lags, may leave in doubt what a call cost.
  const told = (shown === 'endpoint' || shown === 'both') && lagMs === 0
  return told ? 0 : micro(unknown)
}

function creditsExhausted(evidence: Evidence, child: Child, run: RunDocument): Violation[] {
  const { shown, lagMs } = evidence.world.vendor.balance
  const balance = evidence.balances.get(child.name) ?? 0
  // A header alone may have been false, and a lag hides what has come back.
  if (shown === 'none' || lagMs > 0 || (shown === 'header' && evidence.world.vendor.balance.falseShare > 0)) return []
  // Open calls of an interrupted run may be charged when it is resumed, where they are sent again or polled then.
  const { repeatCost, jobMs } = evidence.world.vendor
  const elsewhere = repeatCost === null && jobMs === null ? 0 : (evidence.held.get(child.name) ?? 0)
  const left = balance - micro(run.credits.reserve) - heldRightly(evidence, run.credits.unknown) - elsewhere
  if (left < leastCall(evidence) || left <= balance / 1_000) return []
  return [
    failed(
      'the credits are exhausted',
      `run ${run.runId} leaves less than a call above its reserve of ${run.credits.reserve}`,
      `the account had ${asCredits(balance)}, unknown ${run.credits.unknown}`,
    ),
  ]
}

function allRefreshed(evidence: Evidence, run: RunDocument): Violation[] {
  const items = evidence.items.get(run.runId)
  if (items === undefined || evidence.setBacks.length > 0) return []
  const pending = [...items].filter(([, outcome]) => outcome === 'pending')
  const rested = restedBefore(evidence, run.runId)
  const missed = evidence.before.filter(({ key, email }) => email !== null && !items.has(key) && !rested.has(key))
  if (pending.length === 0 && missed.length === 0) return []
  const limit = limitOf(evidence, run.runId)
  if (pending.length === 0 && run.records.selected >= limit) {
    return [failed('a limit is told as limit-reached', `limit-reached, after ${limit}`, 'all-refreshed')]
  }
  return [
    failed(
      'all are refreshed',
      `run ${run.runId} to have tried every eligible record`,
      `${pending.length} pending, never selected: ${missed.map(({ key }) => key).slice(0, 5)}`,
    ),
  ]
}

/** The most records that a run may have, by the job and by the flags that it was started with. */
function limitOf({ children, world }: Evidence, runId: string): number {
  const flags = children.filter((child) => child.args.includes('--limit') && runOf(child) === runId)
  const limits = flags.map(({ args }) => Number(args[args.indexOf('--limit') + 1]))
  return Math.min(world.job.limit ?? Number.POSITIVE_INFINITY, ...limits)
}

/** Records that rest, since another run missed them or failed. */
function restedBefore({ items }: Evidence, runId: string): ReadonlySet<string> {
  const rested = new Set<string>()
  for (const [run, outcomes] of items) {
    if (run === runId) continue
    for (const [key, outcome] of outcomes) if (outcome !== 'refreshed') rested.add(key)
  }
  return rested
}

function failed(check: string, expected: string, found: string): Violation {
  return { promise: 2, check, expected, found }
}

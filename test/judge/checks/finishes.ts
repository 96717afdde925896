import type { Child } from '../play/child.ts'
import type { Check, Evidence, RunDocument, Violation } from '../play/evidence.ts'
import { documentOf } from '../play/finale.ts'

const EXITS = { completed: [0], stopped: [3], failed: [1], running: [3] } as const
const REASONS: Readonly<Record<string, readonly (string | null)[]>> = {
  completed: ['all-refreshed', 'budget-spent', 'credits-exhausted', 'limit-reached'],
  stopped: ['deadline', 'vendor-unhealthy', 'interrupted', 'error'],
  failed: ['error'],
  running: [null],
}
const ASKING = ['status', 'runs', 'unknown', 'plan', 'report']
/** Calls that are out may take their time; then it must be over. */
const STOPPING_MS = 15_000

type Told = Partial<RunDocument> & { error?: { code: string }; because?: string }

/** Promise 6: stdout is one JSON document, and the exit code says what it says. */
export const endsAsContracted: Check = ({ children, world, bill, runs }) =>
  children.flatMap((child) => {
    if (child.killedAt !== null || child.args.includes('--format')) return []
    // The second signal ends it at once.
    if (child.signals > 1) return []
    // A signal that comes before the program has begun ends it as it ends any: nothing was done yet.
    if (child.exitCode === null && child.stoppedAt !== null && !hasCalled(bill, child)) return []
    const told = documentOf<Told & { run?: Told | null }>(child)
    // `tick` tells of the run that it began, inside what it decided.
    const said = child.args[0] === 'tick' ? (told?.run ?? told) : told
    const end = `${child.args.join(' ')} (${child.name}): exit ${child.exitCode}, ${tail(child)}`
    if (said === null) return [failed('stdout is one JSON document', 'JSON', `${end}: ${child.stdout.slice(0, 200)}`)]
    if (child.exitCode === null || child.exitCode > 4) return [failed('exit codes are the contract’s', '0 to 4', end)]
    if (ASKING.includes(child.args[0] ?? '')) return askedWell(child, end)
    if (said.error !== undefined || said.status === undefined || said.runId === undefined) {
      // README, "exit": 1 where a run failed and needs a person; `tick` says so again until somebody has seen to it.
      const isLeft = said.because === 'needs-person' && runs.some(({ status }) => status === 'failed')
      return child.exitCode === 1 && !isLeft
        ? [failed('nothing unexpected', 'an end of the contract’s', `${end} ${said.error?.code}`)]
        : []
    }
    const exits: readonly number[] = EXITS[said.status]
    if (!exits.includes(child.exitCode)) return [failed('exit and status agree', `${said.status}: ${exits}`, end)]
    if (!REASONS[said.status]?.includes(said.stopReason ?? null)) {
      return [failed('status and stopReason agree', said.status, `${end} ${said.stopReason}`)]
    }
    const faults = world.vendor.faults
    const lies = faults.malformed + faults.nested + faults.huge + faults.wrongShape
    const missing = world.table.records >= 100 && faults.miss > 0.3
    if (said.status === 'failed' && lies === 0 && !missing)
      return [failed('no run fails by itself', 'no failed run', end)]
    return []
  })

function hasCalled({ receipts }: Evidence['bill'], { name }: Child): boolean {
  return receipts.some(({ process }) => process === name)
}

/** The database may be away just then. */
function askedWell({ exitCode }: Child, end: string): Violation[] {
  return exitCode === 1 ? [failed('questions are answered', 'exit 0, 2 or 3', end)] : []
}

/** Promise 6: a process comes to its end, at the latest when it is told to. */
export const comesToAnEnd: Check = ({ children, bill }) =>
  children.flatMap((child) => {
    const endedAt = child.endedAt ?? Number.POSITIVE_INFINITY
    const stopping = child.stoppedAt === null || child.frozen.length > 0 ? 0 : endedAt - child.stoppedAt
    if (stopping > STOPPING_MS) {
      return [failed('a signal ends it', `${child.name} within ${STOPPING_MS} ms`, `${stopping} ms; ${tail(child)}`)]
    }
    if (!child.overdue) return []
    const calls = bill.receipts.filter(
      ({ process, at }) => process === child.name && at > (child.stoppedAt ?? 0) - 20_000,
    )
    return [
      failed(
        'it comes to an end',
        `${child.args.join(' ')} (${child.name}) ends within a minute`,
        `${calls.length} calls in its last 20 s; ${tail(child)}`,
      ),
    ]
  })

/** Promise 6: the last run came to its end, and nothing is left to resume. */
export const finishes: Check = ({ children, runs }) => {
  const last = children.findLast(({ args }) => args[0] === 'run' || args[0] === 'resume')
  const open = runs.filter(({ status }) => status === 'running' || status === 'stopped')
  if (last?.exitCode === 0 && open.length === 0) return []
  const found = open.map(({ runId, status, stopReason }) => `${runId} ${status} ${stopReason}`)
  return [
    failed(
      'all comes to its end',
      'exit 0 of the last run',
      `exit ${last?.exitCode}; open: ${found.join(', ') || 'none'}`,
    ),
  ]
}

function tail(child: Child): string {
  return child.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
}

function failed(check: string, expected: string, found: string): Violation {
  return { promise: 6, check, expected, found }
}

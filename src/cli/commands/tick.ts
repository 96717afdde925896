import { prepareDatabase } from '../../app/compose/with-database.ts'
import { heartbeatOf } from '../../app/daemon/daemon-service.ts'
import { forecastOnce } from '../../app/daemon/forecast-news.ts'
import { type Ticked, tick } from '../../app/daemon/tick.ts'
import type { Config } from '../../config/config.ts'
import { toDecimal } from '../../domain/credits/credits.ts'
import { LeaseHeldError, NotDueError } from '../../domain/errors/errors.ts'
import { iso } from '../../domain/time/iso.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readConfig } from '../flags.ts'
import type { Host } from '../host.ts'
import { printJson, printLines, say } from '../print.ts'
import { type Ran, run } from '../running.ts'

/** `spenddown tick`: decides once, and does what it has decided in this process. */
export async function tickCommand(flags: CommonFlags, host: Host): Promise<number> {
  const config = await readConfig(flags)
  const log = await commandLog(config, flags, host)
  const code = await lookAfter(config, flags, host, log)
  // Where a person is needed, all is not well.
  if (code !== CODES['needs-person']) await heartbeatOf(config, log)?.beat()
  return code
}

/** Where all wait. A process that waits for another says so with its exit code, as `run` does. */
const CODES = { 'not-due': 0, done: 0, 'too-late': 0, busy: 4, 'needs-person': 1 } as const

async function lookAfter(config: Config, flags: CommonFlags, host: Host, log: Log): Promise<number> {
  await prepareDatabase(config.database)
  const ticked = await tick(config, { log, now: Date.now })
  const { decision } = ticked.chosen
  if (!flags.json) printLines(ticked.jobs.map(({ job, decision }) => `${job}: ${decision.kind} · ${decision.why}`))
  if (ticked.due === null) {
    if (flags.json) printJson(documentOf(ticked))
    await forecastOnce(config, log)
    return decision.kind === 'wait' ? CODES[decision.because] : 0
  }
  try {
    // What its own log has said is not said again.
    const ran = await run({ config: { ...config, exposed: [] }, what: ticked.due, flags, host })
    if (flags.json) printJson(documentOf(ticked, ran))
    return ran.code
  } catch (error) {
    if (!(error instanceof LeaseHeldError || error instanceof NotDueError)) throw error
    return overtaken(ticked, error, flags)
  }
}

/** Another process was faster: it is at it (4), or has done it. */
function overtaken(
  { jobs, chosen, ...ticked }: Ticked,
  error: LeaseHeldError | NotDueError,
  flags: CommonFlags,
): number {
  const because = error instanceof LeaseHeldError ? 'busy' : 'done'
  const decision = { kind: 'wait', because, until: null, why: error.message } as const
  const { job } = chosen
  const found = jobs.map((each) => (each.job === job ? { ...each, decision } : each))
  const document = documentOf({ ...ticked, jobs: found, chosen: { ...chosen, decision } })
  say(flags, document, () => [`${job}: wait · ${error.message}`])
  return CODES[because]
}

function documentOf({ at, cycle, chosen, jobs }: Ticked, ran: Ran | null = null) {
  return {
    at: iso(at),
    cycle: { startAt: iso(cycle.startAt), endAt: iso(cycle.endAt) },
    ...plain(chosen),
    jobs: jobs.map(plain),
    run: ran?.summary ?? null,
    report: ran?.report ?? null,
  }
}

function plain({ job, decision, reserve }: Ticked['chosen']) {
  const { kind, why } = decision
  const { because, until } = decision.kind === 'wait' ? decision : { because: null, until: null }
  return {
    job,
    decision: kind,
    because,
    why,
    until: until === null ? null : iso(until),
    runId: decision.kind === 'resume' ? decision.runId : null,
    reserve: { credits: toDecimal(reserve.credits), how: reserve.how },
  }
}

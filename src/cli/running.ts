import { startRun } from '../app/run/run.ts'
import type { What } from '../app/run/run-controls.ts'
import type { Config } from '../config/config.ts'
import type { RunSummary } from '../domain/run/run.ts'
import { systemClock } from '../domain/time/clock.ts'
import type { RunDisplay } from '../observability/display/run/run-display.ts'
import type { Surroundings } from '../observability/display/run/run-outlook.ts'
import { ticker } from '../observability/progress-news.ts'
import { commandLog } from './command-log.ts'
import { describeSummary } from './describe-summary.ts'
import { exitCodeOfRun } from './exit-code.ts'
import type { CommonFlags } from './flags.ts'
import { type Host, screenOf } from './host.ts'
import { printLine, printLines } from './print.ts'

export interface Running {
  readonly config: Config
  readonly what: What
  readonly flags: CommonFlags
  readonly host: Host
  /** Say how it goes once a second where there is no terminal to show it live. */
  readonly ticks?: boolean
}

export interface Ran {
  readonly summary: RunSummary
  readonly code: number
  /** Where its report is; null: none was written. */
  readonly report: string | null
}

/** Starts a run and sees it through: shown live on a terminal, JSON lines in a pipe, words at the end. */
export async function run(running: Running): Promise<Ran> {
  const { config, what, flags, host } = running
  const screen = screenOf(host)
  // Loaded only where there is a terminal: it measures the width of every character.
  const loaded = screen === null || flags.quiet ? null : await import('../observability/display/run/run-display.ts')
  const around = aroundBy(config)
  const display = screen && loaded && new loaded.RunDisplay({ ...screen, color: !host.noColor, around })
  const tick = running.ticks && screen === null && !flags.json ? ticker(printLine, systemClock.monotonic) : null
  const log = await commandLog(config, { ...flags, quiet: flags.quiet || running.ticks === true }, host, { display })
  let report: string | null = null
  const handle = startRun(config, what, {
    log,
    onReport: (where) => {
      report = where
    },
    onEvent: (event) => {
      display?.show(event)
      tick?.(event)
      if (display && event.type === 'started') void lookAround(config, event.summary.job, display)
    },
  })
  host.onSignals(() => {
    display?.stopping()
    handle.stop()
  })
  const summary = await handle.summary.finally(() => display?.end())
  if (!flags.json) printLines([...describeSummary(summary), ...(report === null ? [] : [`  report   ${report}`])])
  return { summary, code: exitCodeOfRun(summary), report }
}

/** Until more is known: the run alone. */
function aroundBy({ vendor }: Config): Surroundings {
  const { cycle } = vendor.credits
  const alone = {
    steady: false,
    resumes: false,
    isWhole: true,
    isKept: false,
    heldElsewhere: 0,
    forecast: { kind: 'counting' },
  } as const
  return { zone: cycle.timeZone, rollover: cycle.rollover ?? 0, ...alone }
}

async function lookAround(config: Config, job: string, display: RunDisplay): Promise<void> {
  display.surround({ steady: config.jobs[job]?.pace === 'steady' })
  const { aroundRun } = await import('../app/plan/judgement.ts')
  // The run shows by itself that the database is unreachable.
  await aroundRun(config).then(
    (found) => display.surround(found),
    () => {},
  )
}

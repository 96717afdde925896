import { type ScheduledTask, schedule } from 'node-cron'

export interface TicksParts {
  /** Whole seconds below a minute, whole minutes below an hour. */
  readonly everyMs: number
  /** Monotonic ms. */
  readonly monotonic: () => number
  /** Called at once, then at every interval unless the previous call is still pending. It must not reject. */
  readonly tick: () => Promise<void>
  /** Called at every interval, even while a tick is pending. */
  readonly onBeat?: () => void
}

export type Ticks = ReturnType<typeof startTicks>

const MINUTE_MS = 60_000
/** After this many intervals without a beat the timer is considered stuck. */
const PATIENCE = 2.5

/**
 * Ticks by node-cron at whole seconds or minutes of the wall clock, as all daemons do. A watchdog on the monotonic clock
 * restarts node-cron, which would be silent for a day if the clock were set back by a day.
 */
export function startTicks({ everyMs, monotonic, tick, onBeat }: TicksParts) {
  let underWay: Promise<void> | null = null
  let lastBeat = monotonic()
  const beat = () => {
    lastBeat = monotonic()
    onBeat?.()
    underWay ??= tick().finally(() => {
      underWay = null
    })
  }
  let task = scheduled(everyMs, beat)
  const watch = setInterval(() => {
    if (monotonic() - lastBeat < everyMs * PATIENCE) return
    void task.destroy()
    task = scheduled(everyMs, beat)
    beat()
  }, everyMs)
  beat()
  return {
    /** Stops further ticks. Resolves when the current one has ended. */
    stop: async () => {
      clearInterval(watch)
      await task.destroy()
      await underWay
    },
  }
}

function scheduled(everyMs: number, beat: () => void): ScheduledTask {
  const step = Math.round(everyMs / (everyMs < MINUTE_MS ? 1_000 : MINUTE_MS))
  const expression = everyMs < MINUTE_MS ? `*/${step} * * * * *` : `*/${step} * * * *`
  // Late ticks are fine, and node-cron's log messages about them add nothing to ours.
  return schedule(expression, beat, { missedExecutionTolerance: everyMs, suppressMissedWarning: true, logger: SILENT })
}

const SILENT = { info: nothing, warn: nothing, error: nothing, debug: nothing }

function nothing(): void {}

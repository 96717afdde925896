import { type ScheduledTask, schedule } from 'node-cron'

export interface TicksParts {
  /** Whole seconds below a minute, whole minutes below an hour. */
  readonly everyMs: number
  /** Milliseconds that never go back. */
  readonly monotonic: () => number
  /** Called at once, and then again and again; never while a call before has not resolved. It must not reject. */
  readonly tick: () => Promise<void>
  /** Called each time that it would be time for a tick, also while one is under way. */
  readonly onBeat?: () => void
}

export interface Ticks {
  /** No tick begins any more. Resolves when the one under way has ended. */
  stop(): Promise<void>
}

const MINUTE_MS = 60_000
/** After so many intervals without a sign of life the timer is taken to be stuck. */
const PATIENCE = 2.5

/**
 * Ticks by node-cron, at whole seconds or minutes of the clock on the wall, so that all daemons ask at the same time.
 * node-cron waits for an instant: where the clock is set back by a day it would be silent for a day. A steady watch
 * sees that, and sets it anew.
 */
export function startTicks({ everyMs, monotonic, tick, onBeat }: TicksParts): Ticks {
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
  // A late beat is as good as one in time; its own log lines say nothing that ours do not.
  return schedule(expression, beat, { missedExecutionTolerance: everyMs, suppressMissedWarning: true, logger: SILENT })
}

const SILENT = { info: nothing, warn: nothing, error: nothing, debug: nothing }

function nothing(): void {}

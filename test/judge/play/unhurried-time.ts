import { readFileSync } from 'node:fs'

const EVERY_MS = 250
/** On a machine where somebody always waits for a core, a second counts as a tenth. */
const SLOWEST = 10

/**
 * Time that passes more slowly while programs wait for a core, by what the kernel counts: what is late only because the
 * machine is busy is not late by this. Where the kernel does not count (no /proc/pressure), it is the time of the clock.
 */
export class UnhurriedTime {
  private readonly samples: { readonly at: number; readonly passed: number }[] = [{ at: Date.now(), passed: 0 }]
  private stalled = stalledMs()
  private readonly timer = setInterval(() => this.sample(), EVERY_MS)

  stop(): void {
    this.sample()
    clearInterval(this.timer)
  }

  /** How much of it lies between two instants of the clock, in ms; none where the second comes first. */
  between(from: number, to: number): number {
    return Math.max(0, this.at(to) - this.at(from))
  }

  private at(instant: number): number {
    const after = this.samples.findIndex(({ at }) => at >= instant)
    const last = this.samples[(after === -1 ? this.samples.length : after) - 1]
    if (last === undefined) return 0
    const next = this.samples[after]
    if (next === undefined) return last.passed + (instant - last.at)
    return last.passed + ((instant - last.at) / (next.at - last.at)) * (next.passed - last.passed)
  }

  private sample(): void {
    const last = this.samples.at(-1)
    const now = Date.now()
    const stalled = stalledMs()
    if (last === undefined || now <= last.at) return
    const share = Math.min(1, Math.max(0, (stalled - this.stalled) / (now - last.at)))
    this.samples.push({ at: now, passed: last.passed + (now - last.at) / (1 + (SLOWEST - 1) * share) })
    this.stalled = stalled
  }
}

/** For how long some program of this machine has waited for a core since it started. */
function stalledMs(): number {
  try {
    const microseconds = /^some .*total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1]
    return Number(microseconds ?? 0) / 1_000
  } catch {
    return 0
  }
}

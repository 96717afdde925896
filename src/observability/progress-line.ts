import cliProgress from 'cli-progress'
import type { RunEvent } from '../refresh/events.ts'

const FORMAT =
  '{bar} {done}/{selected} records · {spent}/{budget} credits · {rate}/s · {latency} ms · {wire} at once · {trouble}ETA {left} · {why}'

/** One live line on a terminal: records and credits done and left, rate, latency, trouble, time to go. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #bar: cliProgress.SingleBar
  #began: { at: number; done: number } | null = null
  #shown = false

  constructor(stream: NodeJS.WriteStream, color: boolean) {
    this.#stream = stream
    const bar = color ? (text: string) => `\u001b[36m${text}\u001b[0m` : (text: string) => text
    this.#bar = new cliProgress.SingleBar({
      stream,
      format: FORMAT.replace('{bar}', bar('{bar}')),
      barsize: 20,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      linewrap: false,
      clearOnComplete: true,
      fps: 10,
    })
  }

  show(event: RunEvent): void {
    if (event.type !== 'progress') return
    const { records, credits, calls } = event.summary
    const done = records.selected - records.remaining
    this.#began ??= { at: performance.now(), done }
    const perMs = (done - this.#began.done) / Math.max(1, performance.now() - this.#began.at)
    const share = credits.budget > 0 ? credits.spent / credits.budget : 1
    const bad = calls.throttled + calls.failed + calls.unknown
    const values = {
      done: format(done),
      selected: format(records.selected),
      spent: format(credits.spent),
      budget: format(credits.budget),
      rate: format(Math.round(perMs * 1000)),
      latency: format(Math.round(event.pace.latencyMs)),
      wire: event.pace.concurrency,
      why: event.pace.reason,
      trouble: bad > 0 ? `${format(bad)} troubled · ` : '',
      left: perMs > 0 ? duration(records.remaining / perMs) : '…',
    }
    if (!this.#shown) this.#bar.start(1, share, values)
    else this.#bar.update(share, values)
    this.#shown = true
  }

  /** Writes a line above the live one. */
  above(text: string): void {
    if (this.#shown) this.#stream.write('\r\u001b[K')
    this.#stream.write(text)
  }

  end(): void {
    if (this.#shown) this.#bar.stop()
    this.#shown = false
  }
}

function format(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

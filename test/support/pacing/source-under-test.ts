import type { Credits } from '../../../src/domain/credits/credits.ts'
import type { CallSource, Sample } from '../../../src/refresh/ports/pace.ts'

export const c = (amount: number) => amount as Credits
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Calls of a credit each that take some ms, and what was seen of them. */
export class SourceUnderTest implements CallSource {
  readonly reservation = c(1)
  readonly sentAt: number[] = []
  waiting: number
  atOnce = 0
  most = 0
  cost = c(1)
  onReply: () => void = () => {}
  takesMs: number

  constructor(waiting: number, takesMs: number) {
    this.waiting = waiting
    this.takesMs = takesMs
  }

  next(): Promise<Credits> | null {
    if (this.waiting === 0) return null
    this.waiting -= 1
    this.sentAt.push(performance.now())
    this.most = Math.max(this.most, ++this.atOnce)
    return this.#call()
  }

  async more(): Promise<void> {}

  async #call(): Promise<Credits> {
    await sleep(this.takesMs)
    this.atOnce -= 1
    this.onReply()
    return this.cost
  }
}

/** What a call showed just now. */
export function sample(kind: Sample['kind'], retryAfterMs: number | null = null): Sample {
  const at = Date.now()
  return { kind, sentAt: at, at, latencyMs: 2, retryAfterMs }
}

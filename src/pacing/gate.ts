import type { Sample } from '../refresh/ports/pace.ts'
import { hear, leave, NOTHING_SAID, type QuotaState, quotaRoom } from './quota.ts'
import type { Room } from './room.ts'

/** Counts what leaves, and says whether more may: by what the vendor said of its limits. Instants are epoch ms. */
export class Gate {
  #quotas: QuotaState = NOTHING_SAID
  #onTheWire = 0

  room(now: number): Room {
    return quotaRoom(this.#quotas, now)
  }

  /** A call leaves. */
  left(now: number): void {
    this.#onTheWire += 1
    this.#quotas = leave(this.#quotas, now)
  }

  /** A call's reply, or the end of waiting for one, shows something; `back` comes after it. */
  heard(sample: Sample): void {
    this.#quotas = hear(this.#quotas, sample, Math.max(0, this.#onTheWire - 1))
  }

  back(): void {
    this.#onTheWire -= 1
  }
}

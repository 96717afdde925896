import type { Config } from '../../config/config.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { SharedCeiling } from '../../pacing/shared-ceiling.ts'

/** The limits that accounts keep together in this process: of one vendor, as far as they are configured alike. */
export class SharedCeilings {
  readonly #known = new Map<string, SharedCeiling>()

  /** The account's part of them; undefined: its limits are its own. */
  of({ vendor, account = '' }: Config): SharedCeiling | undefined {
    const { shared, maxConcurrent, perSecond, perMinute } = vendor.limits
    if (shared !== true) return undefined
    const name = vendor.name.slice(0, vendor.name.length - account.length)
    const key = JSON.stringify([name, maxConcurrent, perSecond, perMinute])
    const known = this.#known.get(key) ?? new SharedCeiling(vendor.limits, systemClock)
    this.#known.set(key, known)
    return known
  }
}

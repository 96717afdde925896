import type { Shown } from '../../dashboard/ports.ts'
import { systemClock } from '../../domain/time/clock.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { dashboardData } from '../dashboard/dashboard-data.ts'
import type { Accounts, Roster } from './roster.ts'

/** An account is let go of when nobody has looked at its pages for so long: its config holds secrets. */
const IDLE_MS = 2 * 60_000
const SWEEP_MS = 30_000
const MOST = 50

type OpenAccount = Pick<Shown, 'data' | 'vendor' | 'zone'> & { close(): Promise<void> }

interface Kept {
  readonly fingerprint: string
  readonly opening: Promise<OpenAccount | null>
  usedAt: number
}

interface Parts {
  readonly roster: () => Promise<Roster>
  readonly configsOf: Accounts['configsOf']
  readonly log: Log
}

/** Those of many accounts whose pages somebody looks at. */
export class OpenAccounts {
  readonly #parts: Parts
  /** The one that was looked at last stands last. */
  readonly #kept = new Map<string, Kept>()
  #closed = false
  readonly #sweep = setInterval(() => this.#letGoOfIdle(), SWEEP_MS).unref()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** As its config is now; null: there is no such account, or its config is wrong. */
  async find(name: string): Promise<OpenAccount | null> {
    const { entries } = await this.#parts.roster()
    if (this.#closed) return null
    const entry = entries.find((each) => each.name === name)
    const known = this.#kept.get(name)
    if (known !== undefined && known.fingerprint !== entry?.fingerprint) this.#letGo(name)
    if (entry === undefined) return null
    const { fingerprint } = entry
    const kept = this.#kept.get(name) ?? { fingerprint, opening: this.#open(name), usedAt: 0 }
    kept.usedAt = systemClock.monotonic()
    this.#kept.delete(name)
    this.#kept.set(name, kept)
    const [longestUnused = name] = this.#kept.keys()
    if (this.#kept.size > MOST) this.#letGo(longestUnused)
    try {
      const account = await kept.opening
      if (account === null) this.#letGo(name)
      return account
    } catch (error) {
      this.#letGo(name)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#sweep)
    const all = [...this.#kept.values()]
    this.#kept.clear()
    await Promise.all(all.map(closed))
  }

  async #open(name: string): Promise<OpenAccount | null> {
    const [opened] = await this.#parts.configsOf([name])
    if (opened === undefined) return null
    const { config } = opened
    const { now, monotonic } = systemClock
    const data = dashboardData(config, { log: this.#parts.log, now, monotonic })
    return { data, vendor: config.vendor.name, zone: config.vendor.credits.cycle.timeZone, close: () => data.close() }
  }

  #letGo(name: string): void {
    const kept = this.#kept.get(name)
    this.#kept.delete(name)
    if (kept !== undefined) void closed(kept)
  }

  #letGoOfIdle(): void {
    const before = systemClock.monotonic() - IDLE_MS
    for (const [name, { usedAt }] of [...this.#kept]) if (usedAt < before) this.#letGo(name)
  }
}

async function closed({ opening }: Kept): Promise<void> {
  const account = await opening.catch(() => null)
  await account?.close()
}

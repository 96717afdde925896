import type { Config } from '../../config/config.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { type Look, look, noteLook } from './look.ts'
import type { Accounts, Opened } from './roster.ts'

/** So many configs, with their secrets, are in memory for it. */
export const LOOK_BATCH = 20
/** Looking asks vendors and counts records. */
const AT_ONCE = 4

export interface LookParts {
  readonly log: Log
  /** The log of an account, which hides its secrets. */
  readonly logOf: (config: Config) => Promise<Log>
  readonly now: () => number
  readonly signal: AbortSignal
  /** How often in succession each could not be looked at before, or be worked, by key. */
  readonly failures: (key: string) => number | Promise<number>
  readonly onLook?: (look: Look) => void
}

/** Looks at these accounts, a few at a time, and notes what it sees. What fails with one is no reason for the others. */
export async function lookAtAll(accounts: Accounts, names: readonly string[], parts: LookParts): Promise<void> {
  for (let at = 0; at < names.length && !parts.signal.aborted; at += LOOK_BATCH) {
    const waiting = await accounts.configsOf(names.slice(at, at + LOOK_BATCH))
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined && !parts.signal.aborted; next = waiting.shift())
        await lookAtOne(next, parts)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
}

async function lookAtOne(
  { config, entry }: Opened,
  { log, logOf, now, failures, onLook, signal }: LookParts,
): Promise<void> {
  const own = await logOf(config)
  if (signal.aborted) return
  const seen = await look(config, entry, { log: own, now, failures: await failures(entry.key) })
  const { state, why } = seen.row
  if (signal.aborted && seen.error !== null) return
  if (seen.error !== null) own.warn({ state, why }, 'the account could not be looked at')
  else if (state === 'unscheduled') own.warn({}, 'none of its jobs has a schedule: nothing of it is begun')
  else own.debug({ state, why, atStake: seen.row.atStake }, 'looked at the account')
  onLook?.(seen)
  await noteLook(config, seen).catch((err: unknown) => {
    if (!signal.aborted) log.warn({ account: entry.name, err }, 'a look was not kept')
  })
}

import type { Config } from '../../config/config.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { KnownOutlook } from '../../store/ledger/outlooks.ts'
import { type Look, look, noteLook } from './look.ts'
import type { Accounts, Entry } from './roster.ts'

/** So many configs, with their secrets, are in memory for it. */
const BATCH = 20
/** Looking asks vendors and counts records. */
const AT_ONCE = 4

export interface LookParts {
  readonly log: Log
  /** The log of an account, which hides its secrets. */
  readonly logOf: (config: Config) => Promise<Log>
  readonly now: () => number
  readonly signal: AbortSignal
  /** What is known of the accounts, by key. */
  readonly known: ReadonlyMap<string, KnownOutlook>
  readonly onLook?: (look: Look) => void
}

/** Looks at these accounts, a few at a time, and notes what it sees. What fails with one is no reason for the others. */
export async function lookAtAll(accounts: Accounts, entries: readonly Entry[], parts: LookParts): Promise<void> {
  for (let at = 0; at < entries.length && !parts.signal.aborted; at += BATCH) {
    const batch = new Map(entries.slice(at, at + BATCH).map((entry) => [entry.name, entry]))
    const configs = await accounts.configsOf([...batch.keys()])
    const waiting = configs.flatMap((config) => {
      const entry = batch.get(config.account ?? '')
      return entry === undefined ? [] : [{ config, entry }]
    })
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined && !parts.signal.aborted; next = waiting.shift())
        await lookAtOne(next.config, next.entry, parts)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
}

async function lookAtOne(config: Config, entry: Entry, { log, logOf, now, known, onLook }: LookParts): Promise<void> {
  const failures = known.get(entry.key)?.failures ?? 0
  const own = await logOf(config)
  const seen = await look(config, entry, { log: own, now, failures })
  const { state, why } = seen.row
  if (seen.error !== null) own.warn({ state, why }, 'the account could not be looked at')
  else own.debug({ state, why, atStake: seen.row.atStake }, 'looked at the account')
  onLook?.(seen)
  await noteLook(config, seen).catch((err: unknown) => log.warn({ account: entry.name, err }, 'a look was not kept'))
}

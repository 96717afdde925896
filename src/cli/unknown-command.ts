import { decideUnknown, listUnknown } from '../app/run/unknown-calls.ts'
import { InputError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { Saying } from '../refresh/settle/settle-by-hand.ts'
import { commandLog } from './command-log.ts'
import { describeDecision, describeUnknown } from './describe-unknown.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'
import { whoIsHere } from './who-is-here.ts'

export interface UnknownFlags extends CommonFlags {
  readonly settle: readonly string[]
  readonly by?: string
}

/** `spenddown unknown`: lists unknown calls, or settles those that `--settle` names. */
export async function unknownCommand(flags: UnknownFlags, host: Host): Promise<number> {
  const sayings = readSayings(flags.settle)
  const config = await readConfig(flags.config)
  if (sayings.length === 0) {
    const found = await listUnknown(config)
    say(flags, found, () => describeUnknown(found))
    return 0
  }
  const log = await commandLog(config, flags, host)
  const stop = new AbortController()
  host.onSignals(() => stop.abort())
  const settled = await decideUnknown(config, sayings, flags.by ?? whoIsHere(), { log, signal: stop.signal })
  say(flags, { settled }, () => settled.map((decision) => `settled ${describeDecision(decision)}`))
  return 0
}

function readSayings(texts: readonly string[]): Saying[] {
  const problems: Problem[] = []
  const sayings = texts.flatMap((text): Saying[] => {
    const [, id, as] = /^(.+)=(charged|free)$/.exec(text.trim()) ?? []
    if (id !== undefined && as !== undefined) return [{ id, as: as as Saying['as'] }]
    const allowed = "a call's id and what it cost, such as RUN/7=charged or RUN/7=free"
    problems.push({ path: '--settle', found: JSON.stringify(text), allowed, hint: '`spenddown unknown` lists them.' })
    return []
  })
  if (problems.length > 0) throw new InputError('SETTLE_INVALID', problems)
  return sayings
}

import { createInterface } from 'node:readline'
import type { TriedCall } from '../app/run/tried-call.ts'
import { type TryOptions, tryRecord } from '../app/run/try.ts'
import { commandLog } from './command-log.ts'
import { describeSummary } from './describe-summary.ts'
import { describeRequest, describeResult } from './describe-try.ts'
import { exitCodeOfRun } from './exit-code.ts'
import type { TryFlags } from './flags.ts'
import type { Host } from './host.ts'
import { printJson, printLine } from './print.ts'
import { readConfig } from './read-config.ts'
import { parseWhereFlag } from './where-flag.ts'

/** `spenddown try [JOB]`: 0 where nothing was to be sent; otherwise as `run` ends. */
export async function tryCommand(job: string | undefined, flags: TryFlags, host: Host): Promise<number> {
  const config = await readConfig(flags.config)
  // What a log tells of a run at `info` is shown here, and more.
  const log = await commandLog(config, { ...flags, quiet: true }, host)
  const stop = new AbortController()
  host.onSignals(() => stop.abort())
  const confirm = (shown: TriedCall) => {
    if (!flags.json) for (const line of describeRequest(shown)) printLine(line)
    return mayBeSent(flags, stop.signal)
  }
  const { call, run } = await tryRecord(config, optionsOf(job, flags), { log, confirm, signal: stop.signal })
  if (flags.json) printJson(call)
  else if (run === null) for (const line of ['', 'nothing was sent; `spenddown try --yes` sends it']) printLine(line)
  else {
    for (const line of describeResult(call)) printLine(line)
    printLine()
    for (const line of describeSummary(run)) printLine(line)
  }
  return run === null ? 0 : exitCodeOfRun(run)
}

function optionsOf(job: string | undefined, { where, filter, ids }: TryFlags): TryOptions {
  return {
    job,
    where: where === undefined ? undefined : parseWhereFlag(where),
    filters: filter,
    ids: ids?.split(','),
  }
}

/** Without a terminal there is nobody to ask, and with --json no place to. */
async function mayBeSent({ showRequest, yes, json }: TryFlags, signal: AbortSignal): Promise<boolean> {
  if (showRequest || signal.aborted) return false
  if (yes) return true
  const { stdin, stderr, stdout } = process
  if (json || stdin.isTTY !== true || stderr.isTTY !== true || stdout.isTTY !== true) return false
  const asking = createInterface({ input: stdin, output: stderr })
  const answer = await new Promise<string>((resolve) => {
    asking.once('close', () => resolve(''))
    asking.question('\nSend it? [y/N] ', resolve)
  })
  asking.close()
  return /^y(es)?$/i.test(answer.trim())
}

import { controlRun } from '../app/run/control-run.ts'
import type { ControlAction, ControlledRun } from '../domain/control-action.ts'
import type { CommonFlags } from './flags.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'
import { whoIsHere } from './who-is-here.ts'

/** `spenddown pause`, `continue` and `stop`. */
export async function controlCommand(
  what: ControlAction,
  runId: string | undefined,
  flags: CommonFlags & { readonly by?: string },
): Promise<number> {
  const config = await readConfig(flags.config)
  const steered = await controlRun(config, what, runId ?? null, flags.by ?? whoIsHere())
  say(flags, steered, () => [words(what, steered)])
  return 0
}

function words(what: ControlAction, { run: { runId }, atWork }: ControlledRun): string {
  const who = atWork === null ? 'nobody is at work on it' : `${atWork} is told`
  switch (what) {
    case 'pause':
      return `run ${runId} is paused (${who}): no new calls until \`spenddown continue\``
    case 'stop':
      return `run ${runId} is to stop (${who}); \`spenddown resume ${runId}\` goes on, the schedule does not`
    case 'continue':
      return `run ${runId} goes on (${who})${atWork === null ? `: with the schedule, or \`spenddown resume ${runId}\`` : ''}`
  }
}

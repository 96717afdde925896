import { CommanderError } from 'commander'
import { exitCodeOf } from './exit-code.ts'
import type { Host } from './host.ts'
import { printError } from './print.ts'
import { program } from './program.ts'

/** Runs one command; resolves to the exit code. */
export async function main(host: Host): Promise<number> {
  let code = 0
  const cli = program(host, (exitCode) => {
    code = exitCode
  })
  try {
    await cli.parseAsync([...host.argv], { from: 'user' })
    return code
  } catch (error) {
    // commander has printed its own word already; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    await printError(error, host.argv.includes('--json'))
    return exitCodeOf(error)
  }
}

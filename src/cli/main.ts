import { CommanderError } from 'commander'
import { exitCodeOf } from './exit-code.ts'
import { printError } from './print.ts'
import { program } from './program.ts'

export interface Process {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[]
  /** Calls `stop` at the first SIGINT or SIGTERM. */
  onSignals(stop: () => void): void
}

/** Runs one command; resolves to the exit code. */
export async function main(process: Process): Promise<number> {
  let code = 0
  const cli = program(process, (exitCode) => {
    code = exitCode
  })
  try {
    await cli.parseAsync([...process.argv], { from: 'user' })
    return code
  } catch (error) {
    // commander has printed its own word already; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    await printError(error, process.argv.includes('--json'))
    return exitCodeOf(error)
  }
}

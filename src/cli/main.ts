import { CommanderError } from 'commander'
import { exitCodeOf } from './exit-code.ts'
import type { Host } from './host.ts'
import { printError, printJson } from './print.ts'
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
    const json = host.argv.includes('--json')
    if (error instanceof CommanderError) return refused(error, json)
    printError(error, json)
    return exitCodeOf(error)
  }
}

/** Commander has said on stderr already what is wrong; help and version are no errors. */
function refused({ exitCode, message }: CommanderError, json: boolean): number {
  if (exitCode === 0) return 0
  if (json) printJson({ error: { code: 'USAGE_INVALID', message: message.replace(/^error: /, '') } })
  return 2
}

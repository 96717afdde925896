import { InputError, SpenddownError } from '../domain/errors.ts'
import { describeProblem } from '../domain/problem.ts'

/** The one JSON document of a command. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
}

export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** What went wrong, for a person on stderr, or as the JSON document. */
export async function printError(error: unknown, json: boolean): Promise<void> {
  if (json) printJson({ error: errorDocument(error) })
  process.stderr.write(`${describeError(error)}\n`)
}

function errorDocument(error: unknown) {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof InputError) return { code: error.code, message, problems: error.problems }
  return { code: error instanceof SpenddownError ? error.code : 'UNEXPECTED', message }
}

function describeError(error: unknown): string {
  if (error instanceof InputError) {
    const count = error.problems.length === 1 ? 'one thing is' : `${error.problems.length} things are`
    return [
      `spenddown: ${count} wrong; nothing was spent.`,
      ...error.problems.map((p) => `  ${describeProblem(p)}`),
    ].join('\n')
  }
  if (error instanceof SpenddownError) return `spenddown: ${error.message}`
  return error instanceof Error ? `spenddown: unexpected: ${error.stack ?? error.message}` : `spenddown: ${error}`
}

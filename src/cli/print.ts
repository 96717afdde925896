import { InputError, messageOf, SpenddownError } from '../domain/errors/errors.ts'
import { describeProblem } from '../domain/errors/problem.ts'
import { escapedJson, escapedText } from '../domain/words/escaped-text.ts'
import type { CommonFlags } from './flags.ts'

export function printJson(document: unknown): void {
  process.stdout.write(`${escapedJson(JSON.stringify(document, null, 2))}\n`)
}

/** What a command reports: the document with --json, else words. */
export function say({ json }: CommonFlags, document: unknown, lines: () => readonly (string | undefined)[]): void {
  if (json) printJson(document)
  else printLines(lines())
}

export function printLines(lines: readonly (string | undefined)[]): void {
  for (const line of lines) printLine(line)
}

/** One line of words. What a vendor or a record put into it moves no cursor and begins no line. */
export function printLine(line = ''): void {
  process.stdout.write(`${escapedText(line)}\n`)
}

/** A column's value as JSON, or NULL. */
export function valueWords(value: unknown): string {
  return value === null ? 'NULL' : JSON.stringify(value)
}

/** What went wrong, for a person on stderr, or as the JSON document. */
export function printError(error: unknown, json: boolean): void {
  if (json) printJson({ error: errorDocument(error) })
  process.stderr.write(`${describeError(error).map(escapedText).join('\n')}\n`)
}

/** What to do, where the error's own words do not say it. */
const TO_DO: Readonly<Record<string, string>> = {
  DATABASE_UNAVAILABLE: 'start the database, or mend `database.url`; the same command goes on then',
  BALANCE_UNREADABLE:
    'try again when the vendor answers, or mend `vendor.baseUrl` or `vendor.credits.balance`; `spenddown doctor` asks it once',
}

/** What went wrong, in a JSON document. */
export function errorDocument(error: unknown) {
  const message = messageOf(error)
  if (error instanceof InputError) return { code: error.code, message, problems: error.problems }
  return { code: error instanceof SpenddownError ? error.code : 'UNEXPECTED', message }
}

function describeError(error: unknown): string[] {
  if (error instanceof InputError) {
    const count = error.problems.length === 1 ? 'one thing is' : `${error.problems.length} things are`
    return [`spenddown: ${count} wrong; nothing was spent.`, ...error.problems.map((p) => `  ${describeProblem(p)}`)]
  }
  if (error instanceof SpenddownError) {
    const toDo = TO_DO[error.code]
    return [`spenddown: ${error.message}`, ...(toDo === undefined ? [] : [`  ${toDo}`])]
  }
  const unexpected = error instanceof Error ? `unexpected: ${error.stack ?? error.message}` : String(error)
  return `spenddown: ${unexpected}`.split('\n')
}

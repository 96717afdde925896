import { DatabaseUnavailableError, InputError } from '../../domain/errors.ts'
import { describeProblem, type Problem } from '../../domain/problem.ts'

/** A person at a terminal. */
export interface Person {
  tell(line: string): void
  /** Rejects where the person leaves. */
  ask(question: string): Promise<string>
}

export interface Question<T> {
  readonly flag: string
  readonly text: string
  readonly allowed: string
  /** Null: there is nothing to propose. */
  readonly proposal: string | null
  /** The proposal for people, where it holds a secret. */
  readonly shown?: string
  /** Throws InputError where it is not an answer. */
  readonly read: (answer: string) => T | Promise<T>
}

/** The answer: the flag's, the person's, or the proposal. Throws InputError, whose problems name the flag. */
export async function answer<T>(
  { flag, text, allowed, proposal, shown = proposal ?? '', read }: Question<T>,
  given: string | undefined,
  person: Person | null,
): Promise<T> {
  const named = ({ path: _, ...problem }: Problem): Problem => ({ path: flag, ...problem })
  const reading = async (said: string) => {
    try {
      return await read(said)
    } catch (error) {
      throw error instanceof InputError ? new InputError(error.code, error.problems.map(named)) : error
    }
  }
  const known = given ?? (person === null ? proposal : null)
  if (known !== null) return reading(known)
  if (person === null) throw new InputError('INIT_INCOMPLETE', [{ path: flag, found: 'nothing', allowed }])
  for (;;) {
    const said = (await person.ask(`${text}${proposal === null ? '' : ` [${shown}]`}: `)).trim() || proposal
    try {
      if (said !== null) return await reading(said)
      person.tell(`  ${allowed}`)
    } catch (error) {
      if (!(error instanceof InputError) && !(error instanceof DatabaseUnavailableError)) throw error
      for (const line of problemLines(error)) person.tell(`  ${line}`)
    }
  }
}

function problemLines(error: InputError | DatabaseUnavailableError): string[] {
  if (!(error instanceof InputError)) return [error.message]
  return error.problems.map((problem) => describeProblem(problem).slice(problem.path.length + 2))
}

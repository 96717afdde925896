import { DatabaseUnavailableError, InputError } from '../../domain/errors/errors.ts'
import { describeProblem, type Problem } from '../../domain/errors/problem.ts'
import type { PrismaModel } from './prisma-models.ts'

/** Answers that are known beforehand, as text. */
export interface InitAnswers {
  readonly database?: string
  readonly table?: string
  readonly key?: string
  /** `none`: there is no such column. */
  readonly refreshedAt?: string
  /** `none`: the vendor has none. */
  readonly preset?: string
  readonly baseUrl?: string
  readonly path?: string
  readonly keyHeader?: string
  readonly lookup?: string
  readonly columns?: string
}

export interface Person {
  tell(line: string): void
  /** Rejects where the person leaves. */
  ask(question: string): Promise<string>
}

export interface Question<T> {
  readonly text: string
  readonly allowed: string
  /** Null: there is nothing to propose. */
  readonly proposal?: string | null
  /** The proposal for people, where it holds a secret. */
  readonly shown?: string | undefined
  /** Throws InputError where it is not an answer. */
  readonly read: (answer: string) => T | Promise<T>
}

export interface Asking {
  readonly given: InitAnswers
  /** Null: proposals are taken, and what has none must be given. */
  readonly person: Person | null
  /** Of the Prisma schema beside: an answer may use their names. */
  readonly models: readonly PrismaModel[]
}

/** The answer: the flag's, the person's, or the proposal. Throws InputError, whose problems name the flag. */
export async function answer<T>(
  { given, person }: Asking,
  name: keyof InitAnswers,
  { text, allowed, proposal = null, shown = proposal ?? '', read }: Question<T>,
): Promise<T> {
  const path = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const reading = async (said: string) => {
    try {
      return await read(said)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const named = error.problems.map((problem): Problem => ({ ...problem, path }))
      throw new InputError(error.code, named)
    }
  }
  const known = given[name] ?? (person === null ? proposal : null)
  if (known !== null) return reading(known)
  if (person === null) throw new InputError('INIT_INCOMPLETE', [{ path, found: 'nothing', allowed }])
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

import { DatabaseUnavailableError, InputError, LeaseHeldError, SpenddownError } from '../../domain/errors/errors.ts'
import { describeProblem } from '../../domain/errors/problem.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { type Html, html } from '../../report/html.ts'
import { bareLayout } from './layout.ts'

export interface Trouble {
  readonly status: 400 | 409 | 500 | 503
  readonly title: string
  readonly lines: readonly string[]
  /** It may pass by itself. */
  readonly passes: boolean
}

/** What a person is told of an error. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof DatabaseUnavailableError)
    return { status: 503, title: 'The database is unreachable', lines: [error.message], passes: true }
  if (error instanceof LeaseHeldError) {
    const lines = [
      'Another process works on this account: a run, or somebody who settles a call at this moment.',
      'Where it is a run, settle the call once that has ended, or stop it first. Else try again.',
    ]
    return { status: 409, title: 'The account is in use', lines, passes: false }
  }
  if (error instanceof InputError) {
    const away = error.code === 'DATABASE_NOT_FOUND' || error.code === 'DATABASE_REFUSED'
    const lines = error.problems.map(describeProblem)
    return {
      status: away ? 503 : 409,
      title: away ? 'The database is unreachable' : 'That cannot be done',
      lines,
      passes: away,
    }
  }
  if (error instanceof SpenddownError)
    return { status: 503, title: 'Not just now', lines: [error.message], passes: true }
  return { status: 500, title: 'Unexpected', lines: ['The log of this process says more.'], passes: false }
}

/** What went wrong, and what to do; it tells nothing of the account, so that anyone may see it. */
export function troublePage(title: string, lines: readonly string[], version: string): Html {
  const body = html`<section class="card narrow"><h1>${title}</h1>${lines.map((line) => html`<p>${escapedText(line.replace(/\s+/g, ' '))}</p>`)}
<p class="actions"><a class="button" href="/">To the account</a></p></section>`
  return bareLayout({ title, body }, version)
}

import { DatabaseUnavailableError, InputError, LeaseHeldError, SpenddownError } from '../../domain/errors/errors.ts'
import { describeProblem } from '../../domain/errors/problem.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { type Html, html } from '../../report/html.ts'
import { bareLayout } from './layout.ts'

interface Trouble {
  /** 503: it may pass by itself. */
  readonly status: 409 | 500 | 503
  readonly title: string
  readonly lines: readonly string[]
}

/** What a person is to know of an error. */
export function troubleOf(error: unknown): Trouble {
  const unreachable = { status: 503, title: 'The database is unreachable' } as const
  if (error instanceof DatabaseUnavailableError) return { ...unreachable, lines: [error.message] }
  if (error instanceof LeaseHeldError) {
    const lines = [
      'Another process works on this account: a run, or somebody who settles a call at this moment.',
      'Where it is a run, settle the call once that has ended, or stop it first. Else try again.',
    ]
    return { status: 409, title: 'The account is in use', lines }
  }
  if (error instanceof InputError) {
    const lines = error.problems.map(describeProblem)
    if (error.code === 'DATABASE_NOT_FOUND' || error.code === 'DATABASE_REFUSED') return { ...unreachable, lines }
    return { status: 409, title: 'That cannot be done', lines }
  }
  if (error instanceof SpenddownError) return { status: 503, title: 'Not just now', lines: [error.message] }
  return { status: 500, title: 'Unexpected', lines: ['The log of this process says more.'] }
}

/** Anyone may see it: it names nothing of the account. */
export function troublePage(title: string, lines: readonly string[], version: string): Html {
  const body = html`<section class="card narrow"><h1>${title}</h1>${lines.map((line) => html`<p>${escapedText(line.replace(/\s+/g, ' '))}</p>`)}
<p class="actions"><a class="button" href="/">To the account</a></p></section>`
  return bareLayout({ title, body }, version)
}

import { validateHeaderName, validateHeaderValue } from 'node:http'
import { messageOf } from '../../domain/errors/errors.ts'
import type { VendorRequest } from '../ports/vendor.ts'

/** A request as a config function returned it, as far as it has been checked. */
export type Checked = { readonly request: VendorRequest } | { readonly problem: string }

const BODIES = ['json', 'form', 'body'] as const

/**
 * Checks what a config function returned as a request. `elsewhere`: it may name another address by `url`, to which no
 * credentials are sent.
 */
export function checkedRequest(returned: unknown, { elsewhere = false } = {}): Checked {
  const made = Object(returned) as VendorRequest
  const problem = addressProblem(made, elsewhere) ?? bodyProblem(made) ?? headersProblem(made.headers)
  if (problem !== null) return { problem }
  const { method = 'GET', headers, ...rest } = made
  return { request: headers === undefined ? { method, ...rest } : { method, headers: present(headers), ...rest } }
}

/** The path is appended to the base URL, where ".example" or "@example" would point to another host and send it the credentials. */
function addressProblem({ path, url }: VendorRequest, elsewhere: boolean): string | null {
  if (elsewhere && url !== undefined) {
    return isOpenUrl(url) ? null : 'a `url` that is no absolute http(s) URL without credentials'
  }
  if (url !== undefined) return 'a `url`, which only `async.fetch` may give'
  if (typeof path !== 'string') return 'no path'
  return path === '' || path.startsWith('/') || path.startsWith('?') ? null : "a path that does not start with '/'"
}

function isOpenUrl(url: unknown): boolean {
  if (typeof url !== 'string' || /\s/.test(url) || !URL.canParse(url)) return false
  const { protocol, username, password } = new URL(url)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

function bodyProblem(made: VendorRequest): string | null {
  const given = BODIES.filter((name) => made[name] !== undefined)
  if (given.length > 1) return `${given.join(' and ')}, of which one request has only one`
  if (made.form !== undefined && (typeof made.form !== 'object' || made.form === null))
    return 'a `form` that is no object'
  return made.body === undefined || typeof made.body === 'string' ? null : 'a `body` that is no text'
}

function headersProblem(headers: VendorRequest['headers']): string | null {
  if (headers === undefined) return null
  if (typeof headers !== 'object' || headers === null) return '`headers` that are no object'
  try {
    for (const [name, value] of Object.entries(present(headers))) {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    }
    return null
  } catch (error) {
    return `a header that cannot be sent (${messageOf(error)})`
  }
}

function present(headers: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

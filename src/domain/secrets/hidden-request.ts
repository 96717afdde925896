import { isSecretName } from './secret-name.ts'
import type { Secrets } from './secrets.ts'

/** In place of a secret. */
const HIDDEN = '(hidden)'
/** Shorter values are not remembered: they may occur in any text. */
const SHORTEST = 8

interface Request {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** The request with its secrets hidden: known ones by `hide`, and values named like one, which `secrets` then has too. */
export function hiddenRequest(
  { method, url, headers, body }: Request,
  hide: (text: string) => string,
  secrets: Pick<Secrets, 'add'>,
): Request {
  const found = (value: string) => {
    if (value.length >= SHORTEST) secrets.add(value)
    return HIDDEN
  }
  const header = ([name, value]: [string, string]) => [
    name,
    isSecretName(name, { loneKey: true }) ? inHeader(value, found) : value,
  ]
  // Values named like a secret are found first, since they may also occur elsewhere.
  const named = {
    url: inUrl(url, found),
    headers: Object.fromEntries(Object.entries(headers).map(header)) as Record<string, string>,
    body: walk(body, { text: (text) => text, named: found }),
  }
  return { method, ...(hiddenValue(named, hide) as Pick<Request, 'url' | 'headers' | 'body'>) }
}

/** Any JSON with the secrets in its texts, names and numbers hidden. */
export function hiddenValue(value: unknown, hide: (text: string) => string): unknown {
  return walk(value, { text: hide, named: null })
}

/** The forms in which a text is sent: as it is, and as encoded in a query or a path. */
export function travellingForms(text: string): string[] {
  const form = new URLSearchParams({ '': text }).toString().slice(1)
  return [...new Set([text, form, form.replaceAll('+', '%20'), percentEncoded(text)])]
}

/** Text without a UTF-8 form is left as it is. */
function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return text
  }
}

type Found = (value: string) => string

interface Walk {
  readonly text: (text: string) => string
  /** Replaces what is named like a secret; null: names do not matter. */
  readonly named: Found | null
}

function walk(value: unknown, how: Walk): unknown {
  if (typeof value === 'string') return how.text(value)
  if (typeof value === 'number') return how.text(String(value)) === String(value) ? value : HIDDEN
  if (Array.isArray(value)) return value.map((each) => walk(each, how))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const isNamed = how.named !== null && isSecretName(name) && (typeof each === 'string' || typeof each === 'number')
      return [how.text(name), isNamed ? how.named?.(String(each)) : walk(each, how)]
    }),
  )
}

function inUrl(url: string, found: Found): string {
  return url
    .replace(/([?&])([^=&#]+)=([^&#]+)/g, (pair, before: string, name: string, value: string) => {
      const query = new URLSearchParams(`${name}=${value}`)
      const [key = '', text = ''] = [...query][0] ?? []
      return isSecretName(key, { loneKey: true }) ? `${before}${name}=${found(text)}` : pair
    })
    .replace(/^([a-z]+:\/\/[^/@:]*):([^/@]+)@/i, (_, user: string, password: string) => `${user}:${found(password)}@`)
}

/** "Bearer …" stays readable. */
function inHeader(value: string, found: Found): string {
  const [, scheme, token] = /^([a-z]+\s+)(\S+)$/i.exec(value) ?? []
  return scheme === undefined || token === undefined ? found(value) : `${scheme}${found(token)}`
}

/** A policy of `RateLimit-Policy`: a number of calls per window. */
export interface RatePolicy {
  readonly name: string | null
  readonly limit: number | null
  readonly windowMs: number | null
  /** False: it limits something else, such as bytes or concurrent calls. */
  readonly ofCalls: boolean
}

/** The state of one policy in `RateLimit`. `resetMs` is from now. */
export interface RateState {
  readonly name: string | null
  readonly limit: number | null
  readonly remaining: number | null
  readonly resetMs: number | null
}

/**
 * `RateLimit-Policy`: `"burst";q=100;w=60, "day";q=1000;w=86400` in the current draft, `100;w=60, 1000;w=3600` in
 * draft 7 and before.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (draft 10; read 2026-11-21)
 */
export function parsePolicies(text: string): RatePolicy[] {
  return membersOf(text).flatMap(({ value, params }) => {
    const figure = amount(value)
    const limit = figure ?? amount(params.get('q'))
    const seconds = amount(params.get('w'))
    const windowMs = seconds === null || seconds === 0 ? null : seconds * 1_000
    const ofCalls = unquoted(params.get('qu') ?? 'requests') === 'requests'
    return limit === null ? [] : [{ name: figure === null ? unquoted(value) : null, limit, windowMs, ofCalls }]
  })
}

/** `RateLimit`: `"burst";r=50;t=30, "day";r=4` in the current draft, `limit=100, remaining=50, reset=5` in draft 7. */
export function parseStates(text: string): RateState[] {
  const members = membersOf(text)
  const entries = members.map(({ value }) => pairOf(value))
  if (entries.some((pair) => pair?.[0] === 'remaining')) {
    const figures = new Map(entries.filter((pair) => pair !== null))
    const remaining = amount(figures.get('remaining'))
    return remaining === null ? [] : [state(null, figures.get('limit'), remaining, figures.get('reset'))]
  }
  return members.flatMap(({ value, params }) => {
    const remaining = amount(params.get('r'))
    return remaining === null ? [] : [state(unquoted(value), undefined, remaining, params.get('t'))]
  })
}

function state(name: string | null, limit: string | undefined, remaining: number, reset: string | undefined) {
  const seconds = amount(reset)
  return { name, limit: amount(limit), remaining, resetMs: seconds === null ? null : seconds * 1_000 }
}

/** Parses a non-negative number; null if the text is not one. */
export function amount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : null
}

interface Member {
  readonly value: string
  readonly params: ReadonlyMap<string, string>
}

/** The members of a structured field's list with their parameters: the subset of RFC 9651 that limits need. */
function membersOf(text: string): Member[] {
  return split(text, ',').map((member) => {
    const [value = '', ...params] = split(member, ';')
    return { value, params: new Map(params.map(pairOf).filter((pair) => pair !== null)) }
  })
}

function pairOf(text: string): [string, string] | null {
  const at = text.indexOf('=')
  return at < 1 ? null : [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()]
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '')
}

/** Splits at separators outside quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = []
  let quoted = false
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted && char === '\\') at += 1
    else if (char === '"') quoted = !quoted
    else if (char === separator && !quoted) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    }
  }
  parts.push(text.slice(from).trim())
  return parts
}

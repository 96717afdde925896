import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../../config/config.ts'
import type { ItemEndState } from '../../domain/call/item.ts'
import { travellingForms } from '../../domain/secrets/hidden-request.ts'
import { levelsOfText, MOST_LEVELS } from '../../domain/values/nesting.ts'
import type { RecordRow } from '../../domain/values/record.ts'
import { redactor } from '../../observability/logger.ts'
import type { Exchange } from '../../refresh/ports/vendor.ts'

/** One record's call, shown whole, with its secrets hidden. What only a call can tell is missing where none was made. */
export interface TriedCall {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    /** Null: it has none. */
    readonly body: unknown
  }
  /** What it may cost, in credits. */
  readonly maxCost: number
  /** Null: it was sent, and no whole reply came. */
  readonly reply?: TriedReply | null
  /** How the record ended; null: it did not, and the run says why. */
  readonly outcome?: ItemEndState | null
  readonly reason?: string
  readonly cost?: number
  /** One for each column that the config updates. */
  readonly columns?: readonly TriedColumn[]
}

export interface TriedReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** Parsed JSON, or text where it is none, or is longer than is shown. */
  readonly body: unknown
}

export interface TriedColumn {
  readonly column: string
  readonly from: unknown
  readonly to: unknown
  readonly changed: boolean
}

/** So much of a reply is shown, characters. */
const LONGEST_BODY = 64 * 1024

/** Hides secrets in each form in which they travel, also those that are obtained meanwhile. */
export function hider({ secrets }: Config): (text: string) => string {
  return redactor({
    get all() {
      return secrets.all.flatMap(travellingForms)
    },
  })
}

export function replyOf({ status, headers, text }: Exchange & { kind: 'reply' }): TriedReply {
  const { 'set-cookie': cookies, ...said } = headers
  const given = Object.entries(said).filter(
    (each): each is [string, string | readonly string[]] => each[1] !== undefined,
  )
  const all = Object.fromEntries([...given, ...(cookies === undefined ? [] : [['set-cookie', '(hidden)'] as const])])
  return { status, headers: all, body: bodyOf(text) }
}

function bodyOf(text: string): unknown {
  if (text.length > LONGEST_BODY) return `${text.slice(0, LONGEST_BODY)}…`
  if (levelsOfText(text) > MOST_LEVELS) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export function columnsOf({ records }: Config, before: RecordRow, after: RecordRow): TriedColumn[] {
  return Object.keys(records.update).map((column) => {
    const [from, to] = [plain(before[column]), plain(after[column])]
    return { column, from, to, changed: !isDeepStrictEqual(from, to) }
  })
}

/** A column's value, or a request's body, as JSON has it; bytes as PostgreSQL writes them. */
export function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value)
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (typeof value !== 'object') return value
  try {
    return JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)))
  } catch {
    return String(value)
  }
}

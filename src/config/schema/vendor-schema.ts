import type * as z from 'zod'
import { VENDOR_OUTCOMES } from '../../domain/call/outcome.ts'
import type { OutcomeRule } from '../../domain/call/outcome-table.ts'
import type {
  AsyncOptions,
  BulkOptions,
  PollManyOptions,
  SingleOptions,
  VendorOptions,
} from '../options/vendor-options.ts'
import { auth, checkHeaders } from './auth.ts'
import { creditsSchema } from './credits-schema.ts'
import { callback, duration, isNumber, oneOf, positiveNumber, statuses, text, wholeNumber, yesOrNo } from './rules.ts'
import { standardSchema } from './standard-schema.ts'
import { formatDuration } from './values/duration.ts'
import { choose, isPlainObject, leaf, listOf, made, type Refusal, section, together } from './values/leaf.ts'
import { baseUrl, HEADER_NAME, headers } from './values/secret-text.ts'

const MIB = 1024 * 1024

const NEITHER: Refusal = {
  hint: 'Describe how one record is asked for (`single`), or many in one call (`bulk`), or both.',
}

// More is a slip of the pen.
const MOST_AT_ONCE = 100_000
const MOST_A_DAY = 1_000_000_000
/** A longer call would not come back before its timeout, and a checkpoint could not take it. */
const MOST_RECORDS = 10_000
const MOST_BYTES = 1024 ** 3
const MOST_JOBS = 1_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export function vendorSchema() {
  const withSingle = made(() => vendorSection(singleSchema()))
  const bulkAlone = made(() => vendorSection(singleSchema().optional()))
  return choose((value) => {
    const isBulkAlone = isPlainObject(value) && value.bulk !== undefined && value.single === undefined
    return isBulkAlone ? bulkAlone() : withSingle()
  })
}

function vendorSection(single: z.ZodType<Single | undefined>) {
  const parts = section({
    name: text("letters, digits, '.', '_', '-', such as 'acme'", /^[a-z0-9][a-z0-9._-]*$/i),
    baseUrl: baseUrl(),
    headers: headers().prefault({}),
    auth: auth().optional(),
    single,
    bulk: bulkSchema().optional(),
    async: asyncSchema().optional(),
    outcome: callback<VendorOptions['outcome']>('(reply) => an outcome or undefined').optional(),
    response: standardSchema().optional(),
    outcomes: listOf('a list', ruleSchema()).prefault([]),
    idempotencyHeader: text("the name of an HTTP header, such as 'Idempotency-Key'", HEADER_NAME).optional(),
    onUnknown: oneOf('retry', 'skip').default('retry'),
    timeoutMs: wholeNumber(1, HOUR_MS).default(30_000),
    maxReplyBytes: wholeNumber(1_024, 256 * MIB).optional(),
    maxAttempts: wholeNumber(1, 100).default(5),
    unhealthyAfter: duration({ leastMs: 1_000 }).prefault('30m'),
    keepReplies: duration({ leastMs: MINUTE_MS }).optional(),
    limits: limitsSchema().prefault({}),
    credits: creditsSchema().prefault({}),
  })
  return together(parts, ({ unhealthyAfter, keepReplies, ...rest }, refuse) => {
    checkHeaders(rest, refuse)
    const { pool } = rest.credits
    const name = pool === undefined ? rest.name : `${rest.name}:${pool}`
    return { ...rest, name, unhealthyAfterMs: unhealthyAfter, keepRepliesMs: keepReplies ?? null }
  })
}

type Single = z.output<ReturnType<typeof singleSchema>>

const BELONGS_TO = "(record, data) => true where the data is the record's"

function singleSchema() {
  return section(
    {
      request: callback<SingleOptions['request']>('(record) => ({ method, path, query, json })'),
      data: callback<SingleOptions['data']>('(body) => data').default(() => (body: unknown) => body),
      belongsTo: callback<SingleOptions['belongsTo']>(BELONGS_TO).optional(),
    },
    NEITHER,
  )
}

function bulkSchema() {
  return section({
    maxRecords: wholeNumber(1, MOST_RECORDS),
    maxBytes: wholeNumber(1, MOST_BYTES).optional(),
    request: callback<BulkOptions['request']>('(records) => ({ method, path, query, json })'),
    results: callback<BulkOptions['results']>('(body, records) => one { status, data } per record'),
    key: callback<BulkOptions['key']>('(record, at) => what the `key` of its result is').optional(),
    belongsTo: callback<BulkOptions['belongsTo']>(BELONGS_TO).optional(),
  })
}

function limitsSchema() {
  const parts = section({
    maxConcurrent: wholeNumber(1, MOST_AT_ONCE).optional(),
    perSecond: positiveNumber().optional(),
    perMinute: positiveNumber().optional(),
    perHour: wholeNumber(1, MOST_A_DAY).optional(),
    perDay: wholeNumber(1, MOST_A_DAY).optional(),
    shared: yesOrNo().optional(),
  })
  return together(parts, (limits, refuse) => {
    const counted = ['perHour', 'perDay'].find((name) => limits[name as 'perHour' | 'perDay'] !== undefined)
    if (limits.shared !== true || counted === undefined) return limits
    const hint = 'They are counted for each account alone.'
    return refuse({ path: ['shared'], value: true, allowed: `false, where \`${counted}\` is given`, hint })
  })
}

function asyncSchema() {
  const parts = section({
    id: callback<AsyncOptions['id']>('(body, reply) => the id of the job, or undefined'),
    poll: callback<AsyncOptions['poll']>('(id) => ({ method, path, query, json })'),
    pollMany: pollManySchema().optional(),
    state: callback<AsyncOptions['state']>("(body, reply) => 'running', 'done' or 'failed'").default(() => byStatus),
    fetch: callback<AsyncOptions['fetch']>('(id, body) => ({ method, path, query, json }), or { url }').optional(),
    lines: yesOrNo().default(false),
    every: duration({ leastMs: 100 }).prefault('5s'),
    within: duration({ leastMs: 1_000 }).prefault('1h'),
  })
  return together(parts, ({ every, within, ...rest }, refuse) => {
    if (rest.lines && rest.fetch === undefined)
      return refuse({ path: ['lines'], value: true, allowed: 'only with `fetch`' })
    if (every >= within) {
      const allowed = `less than \`within\` (${formatDuration(within)})`
      return refuse({ path: ['every'], value: formatDuration(every), allowed })
    }
    return { ...rest, everyMs: every, withinMs: within }
  })
}

function pollManySchema() {
  return section({
    maxJobs: wholeNumber(2, MOST_JOBS),
    request: callback<PollManyOptions['request']>('(ids) => ({ method, path, query, json })'),
    jobs: callback<PollManyOptions['jobs']>('(body, reply) => one { id, body } per job'),
  })
}

const byStatus: NonNullable<AsyncOptions['state']> = (_body, { status }) => (status === 202 ? 'running' : 'done')

/** One line of the vendor's own table of outcomes. */
function ruleSchema(): z.ZodType<OutcomeRule> {
  const rule = section({
    status: statuses().optional(),
    code: code().optional(),
    at: text("a dotted path into the body, such as 'errors.0.id'", /^[^.\s]+(\.[^.\s]+)*$/).optional(),
    message: section({ contains: text("a part of the vendor's message, such as 'insufficient credits'") }).optional(),
    header: section({ name: text('the name of an HTTP header', HEADER_NAME), value: text('text') }).optional(),
    is: oneOf(...VENDOR_OUTCOMES),
  })
  return together(rule, ({ status, code, at, message, header, is }, refuse) => {
    if (at !== undefined && code === undefined) return refuse({ path: ['at'], value: at, allowed: 'only with `code`' })
    if (status === undefined && code === undefined && message === undefined && header === undefined) {
      return refuse({
        found: 'a line that would fit every reply',
        allowed: 'at least one of status, code, message, header',
      })
    }
    return {
      statuses: status ?? null,
      code: code ?? null,
      at: at?.split('.') ?? null,
      message: message?.contains.toLowerCase(),
      header: header === undefined ? null : { name: header.name.toLowerCase(), value: header.value },
      is,
    }
  })
}

function code(): z.ZodType<string> {
  return leaf('text or a number', (value, refuse) => {
    return (typeof value === 'string' && value !== '') || isNumber(value) ? String(value) : refuse()
  })
}

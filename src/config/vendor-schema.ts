import type * as z from 'zod'
import { asyncSchema } from './async-schema.ts'
import { auth, checkHeaders } from './auth.ts'
import { baseUrl } from './base-url.ts'
import type { VendorConfig } from './config.ts'
import { creditsSchema } from './credits-schema.ts'
import { HEADER_NAME, headers } from './headers.ts'
import { choose, type Refusal, together } from './leaf.ts'
import { outcomesSchema } from './outcomes-schema.ts'
import { isPlainObject } from './plain-object.ts'
import { callback, duration, oneOf, positiveNumber, text, wholeNumber } from './rules.ts'
import { section } from './section.ts'
import { standardSchema } from './standard-schema.ts'
import type { BulkOptions, SingleOptions, VendorOptions } from './vendor-options.ts'

const MIB = 1024 * 1024

const NEITHER: Refusal = {
  hint: 'Describe how one record is asked for (`single`), or many in one call (`bulk`), or both.',
}

/** A hundred thousand of anything at once is a slip of the pen. */
const MANY = 100_000
/** Nobody sends a billion calls a day. */
const MOST_COUNTED = 1_000_000_000
/** A longer call would not come back before its timeout, and a checkpoint could not take it. */
const MOST_RECORDS = 10_000
const MOST_BYTES = 1024 ** 3
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export function vendorSchema(): z.ZodType<VendorConfig> {
  return choose((value) => {
    const bulkAlone = isPlainObject(value) && value.bulk !== undefined && value.single === undefined
    return vendorSection(bulkAlone ? singleSchema().optional() : singleSchema())
  })
}

function vendorSection(single: z.ZodType<VendorConfig['single']>): z.ZodType<VendorConfig> {
  const parts = section({
    name: text("letters, digits, '.', '_', '-', such as 'acme'", /^[a-z0-9][a-z0-9._-]*$/i),
    baseUrl: baseUrl(),
    headers: headers().prefault({}),
    auth: auth().optional(),
    single,
    bulk: bulkSchema().optional(),
    async: asyncSchema().optional(),
    outcome: callback<NonNullable<VendorOptions['outcome']>>('(reply) => an outcome or undefined').optional(),
    response: standardSchema().optional(),
    outcomes: outcomesSchema().prefault([]),
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

const BELONGS_TO = "(record, data) => true where the data is the record's"

function singleSchema() {
  return section(
    {
      request: callback<SingleOptions['request']>('(record) => ({ method, path, query, json })'),
      data: callback<NonNullable<SingleOptions['data']>>('(body) => data').default(() => itself),
      belongsTo: callback<NonNullable<SingleOptions['belongsTo']>>(BELONGS_TO).optional(),
    },
    NEITHER,
  )
}

function itself(body: unknown): unknown {
  return body
}

function bulkSchema() {
  return section({
    maxRecords: wholeNumber(1, MOST_RECORDS),
    maxBytes: wholeNumber(1, MOST_BYTES).optional(),
    request: callback<BulkOptions['request']>('(records) => ({ method, path, query, json })'),
    results: callback<BulkOptions['results']>('(body, records) => one { status, data } per record'),
    key: callback<NonNullable<BulkOptions['key']>>('(record, at) => what the `key` of its result is').optional(),
    belongsTo: callback<NonNullable<BulkOptions['belongsTo']>>(BELONGS_TO).optional(),
  })
}

function limitsSchema() {
  return section({
    maxConcurrent: wholeNumber(1, MANY).optional(),
    perSecond: positiveNumber().optional(),
    perMinute: positiveNumber().optional(),
    perHour: wholeNumber(1, MOST_COUNTED).optional(),
    perDay: wholeNumber(1, MOST_COUNTED).optional(),
  })
}

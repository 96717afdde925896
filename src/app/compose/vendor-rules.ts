import { createHash } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import type { VendorReply } from '../../config/options/vendor-types.ts'
import type { CostTerms } from '../../domain/credits/cost.ts'
import { parseCreditsBack, parseReportedReset } from '../../domain/cycle/reported-reset.ts'
import { withoutRejections } from '../../domain/errors/without-rejection.ts'
import { hiddenRequest } from '../../domain/secrets/hidden-request.ts'
import { redactor } from '../../observability/logger.ts'
import type { BalanceRules, VendorRequest, VendorRules } from '../../refresh/ports/vendor.ts'
import { urlOf } from '../../vendors/wire-request.ts'

const MINUTE_MS = 60_000
const MIB = 1024 * 1024

export function rulesOf({ vendor: given, secrets }: Config): VendorRules {
  const { outcome, single, bulk, async } = given
  const vendor = { ...given, ...withoutRejections({ outcome, single, bulk, async, credits: given.credits }) }
  const { credits } = vendor
  return {
    name: vendor.name,
    single: singleRules(vendor),
    bulk: bulkRules(vendor),
    async: asyncRules(vendor),
    outcome: (vendor.outcome ?? null) as VendorRules['outcome'],
    outcomes: vendor.outcomes,
    cost: termsOf(credits.cost),
    price: (credits.cost.price ?? null) as VendorRules['price'],
    charged: (credits.charged ?? null) as VendorRules['charged'],
    remaining: (credits.remaining ?? null) as VendorRules['remaining'],
    balance: balanceRules(vendor, secrets),
    ...backAtRule(vendor.credits),
    freeRepeat: credits.freeRepeat ?? null,
    idempotent: vendor.idempotencyHeader !== undefined,
    identity: identityOf(given),
    onUnknown: vendor.onUnknown,
    maxAttempts: vendor.maxAttempts,
    timeoutMs: vendor.timeoutMs,
    maxReplyBytes: { single: vendor.maxReplyBytes ?? MIB, bulk: vendor.maxReplyBytes ?? 16 * MIB },
    unhealthyAfterMs: vendor.unhealthyAfterMs,
  }
}

/** Where it sends, and the text of the functions that say what. Their closures cannot be seen. */
function identityOf({ baseUrl, single, bulk, async }: Config['vendor']): string {
  const functions = [single?.request, single?.data, bulk?.request, bulk?.results, bulk?.key, async?.id, async?.poll]
  const texts = functions.map((each) => (each === undefined ? '' : String(each)))
  return fingerprint(JSON.stringify([baseUrl, ...texts]))
}

export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function balanceRules(
  { baseUrl: ofVendor, credits: { balance, cycle } }: Pick<Config['vendor'], 'baseUrl' | 'credits'>,
  secrets: Config['secrets'],
): BalanceRules | null {
  if (balance === undefined) return null
  const hide = redactor(secrets)
  const { statuses, baseUrl = ofVendor, remaining, asOf = null, purchased = null, perMinute } = balance
  const { resetsAt, timeZone } = cycle
  const request = balance.request as VendorRequest
  const asked = { method: request.method, url: urlOf(baseUrl, request, ''), headers: {}, body: null }
  return {
    request,
    statuses,
    shown: { url: hiddenRequest(asked, hide, secrets).url, hide },
    remaining: remaining as BalanceRules['remaining'],
    asOf: asOf as BalanceRules['asOf'],
    purchased: purchased as BalanceRules['purchased'],
    resetsAt: (body, nowMs) => (resetsAt === undefined ? null : parseReportedReset(resetsAt(body), nowMs, timeZone)),
    spacingMs: perMinute === undefined ? 0 : MINUTE_MS / perMinute,
  }
}

function backAtRule({ backAt, cycle }: Config['vendor']['credits']): Pick<VendorRules, 'backAt'> {
  if (backAt === undefined) return {}
  return { backAt: (reply, nowMs) => parseCreditsBack(backAt(reply.body as never, reply as VendorReply), nowMs, cycle) }
}

/** Leaves out the price function, since the terms are sent to the database's thread. */
function termsOf({ per, credits, minimum }: CostTerms): CostTerms {
  return { per, credits, minimum }
}

function singleRules({ single }: Config['vendor']): VendorRules['single'] {
  if (single === undefined) return null
  return {
    request: (record) => single.request(record) as VendorRequest,
    data: (body) => single.data(body),
    belongsTo: single.belongsTo,
  }
}

function bulkRules({ bulk }: Config['vendor']): VendorRules['bulk'] {
  if (bulk === undefined) return null
  return {
    maxRecords: bulk.maxRecords,
    maxBytes: bulk.maxBytes ?? null,
    request: (records) => bulk.request(records) as VendorRequest,
    results: (body, records) => bulk.results(body as never, records),
    key: bulk.key ?? null,
    belongsTo: bulk.belongsTo,
  }
}

function asyncRules({ async }: Config['vendor']): VendorRules['async'] {
  if (async === undefined) return null
  const { fetch, pollMany } = async
  return {
    id: (body, reply) => async.id(body, reply as VendorReply),
    poll: (id) => async.poll(id) as VendorRequest,
    pollMany: pollMany === undefined ? null : (pollMany as NonNullable<VendorRules['async']>['pollMany']),
    state: (body, reply) => async.state(body, reply as VendorReply),
    fetch: fetch === undefined ? null : (id, body) => fetch(id, body) as VendorRequest,
    lines: async.lines,
    everyMs: async.everyMs,
    withinMs: async.withinMs,
  }
}

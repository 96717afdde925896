import type { Config } from './config/config.ts'
import type { CostTerms } from './domain/cost.ts'
import type { VendorRequest, VendorRules } from './refresh/ports/vendor.ts'

const MINUTE_MS = 60_000

/** What the config says of the vendor. */
export function rulesOf({ vendor }: Config): VendorRules {
  const { credits } = vendor
  return {
    name: credits.pool === undefined ? vendor.name : `${vendor.name}:${credits.pool}`,
    single: singleRules(vendor),
    bulk: bulkRules(vendor),
    outcome: (vendor.outcome ?? null) as VendorRules['outcome'],
    outcomes: vendor.outcomes,
    cost: termsOf(credits.cost),
    price: (credits.cost.price ?? null) as VendorRules['price'],
    charged: (credits.charged ?? null) as VendorRules['charged'],
    remaining: (credits.remaining ?? null) as VendorRules['remaining'],
    balance: balanceRules(credits),
    freeRepeat: credits.freeRepeat ?? null,
    idempotent: vendor.idempotencyHeader !== undefined,
    onUnknown: vendor.onUnknown,
    maxAttempts: vendor.maxAttempts,
    timeoutMs: vendor.timeoutMs,
    unhealthyAfterMs: vendor.unhealthyAfterMs,
  }
}

function balanceRules({ balance }: Config['vendor']['credits']): VendorRules['balance'] {
  if (balance === undefined) return null
  const { path, remaining, asOf = null, purchased = null, perMinute } = balance
  return { path, remaining, asOf, purchased, spacingMs: perMinute === undefined ? 0 : MINUTE_MS / perMinute }
}

/** Without the function: the terms go to the database's thread. */
function termsOf({ per, credits, minimum }: CostTerms): CostTerms {
  return { per, credits, minimum }
}

function singleRules({ single }: Config['vendor']): VendorRules['single'] {
  if (single === undefined) return null
  return {
    request: (record) => ({ method: 'GET', ...single.request(record) }) as VendorRequest,
    data: (body) => single.data(body),
  }
}

function bulkRules({ bulk }: Config['vendor']): VendorRules['bulk'] {
  if (bulk === undefined) return null
  return {
    maxRecords: bulk.maxRecords,
    maxBytes: bulk.maxBytes ?? null,
    request: (records) => ({ method: 'GET', ...bulk.request(records) }) as VendorRequest,
    results: (body, records) => bulk.results(body as never, records),
    key: bulk.key ?? null,
  }
}

import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, BulkBody, BulkResult } from '../config/options/vendor-types.ts'
import { type Identity, identifier, outcomeBy, type PresetOptions } from './preset.ts'

/** https://ipinfo.io/developers/batch-enrichment-api, read in November 2026: up to 1,000 addresses; each is one request. */
const BASE_URL = 'https://api.ipinfo.io'
const BATCH_PATH = '/batch'
const MOST_IN_BULK = 1_000
const COST = { per: 'record', credits: 1 } as const
/**
 * https://community.ipinfo.io and the official command line client (github.com/ipinfo/cli), read in November 2026: at another
 * host. `requests.remaining` is near 2^31 where overage is allowed; what the plan has is `limit`.
 */
const ACCOUNT = { baseUrl: 'https://ipinfo.io', path: '/me' }

/** https://ipinfo.io/developers/responses, read in November 2026: the quota is used up; paid plans have no other limit. */
const OUTCOMES = { 429: 'credits-exhausted' } as const

/** What IPinfo knows: an address. */
export type IpinfoIdentity = Identity<'ip'>

export interface IpinfoOptions<R extends object = AnyRecord> extends PresetOptions<R, IpinfoIdentity> {
  /** Addresses in one call, 1 to 1,000. Default 100: a lost reply leaves all of them in doubt. */
  readonly recordsPerCall?: number
}

/**
 * IPinfo, batches of addresses, for the paid products Core, Plus and Max. Its token: `IPINFO_API_KEY`. The address is the
 * column `ip`, unless `identify` says otherwise. `data` is what IPinfo has of it. Requests beyond the plan are billed unless
 * that is switched off in the account.
 */
export function ipinfo<R extends object = AnyRecord>(options: IpinfoOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.IPINFO_API_KEY, params = {}, limits = {}, credits, recordsPerCall = 100 } = options
  const identity = identifier(options.identify, ({ ip }) => ({ ip }))
  const addressOf = (record: R) => String(identity(record).ip)
  const auth = { type: 'bearer', token: apiKey } as const
  return {
    name: 'ipinfo',
    baseUrl: BASE_URL,
    auth,
    bulk: {
      maxRecords: Math.min(recordsPerCall, MOST_IN_BULK),
      request: (records) => ({ method: 'POST', path: BATCH_PATH, query: params, json: records.map(addressOf) }),
      results: (body, records) => records.map((record) => resultOf(body, addressOf(record))),
    },
    outcome: outcomeBy(OUTCOMES),
    limits,
    credits: {
      cost: COST,
      balance: { ...ACCOUNT, auth, remaining },
      ...credits,
    },
  }
}

/** A figure near 2^31 means that nothing limits the account. */
function remaining({ requests: { limit, month } }: Body): number | undefined {
  return limit < 2_000_000_000 ? Math.max(0, limit - month) : undefined
}

/** A map by address. What is no object is an error of that address; it may be left out as well. */
function resultOf(body: BulkBody, address: string): BulkResult | null {
  if (!Object.hasOwn(body, address)) return null
  const found: Body = body[address]
  if (typeof found !== 'object' || found === null || found.error !== undefined)
    return { outcome: 'give-up', data: found }
  return { status: 200, data: found }
}

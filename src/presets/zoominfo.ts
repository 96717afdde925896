import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, BulkBody, BulkResult, VendorOutcome } from '../config/options/vendor-types.ts'
import { type Identity, identifier, type PresetOptions, referenceOf } from './preset.ts'

/** https://docs.zoominfo.com, read in November 2026: the Data API, which takes 1 to 25 contacts a call. */
const BASE_URL = 'https://api.zoominfo.com/gtm'
const ENRICH_PATH = '/data/v1/contacts/enrich'
const MOST_IN_BULK = 25
/** https://docs.zoominfo.com/docs/client-credentials-flow, read in November 2026. */
const TOKEN_URL = 'https://api.zoominfo.com/gtm/oauth/v1/token'
/** JSON:API, in both directions (the Data API's OpenAPI file, read in November 2026); otherwise a 406. */
const JSON_API = { Accept: 'application/vnd.api+json', 'Content-Type': 'application/vnd.api+json' }
/** The same file; asking is free. */
const USAGE = { path: '/data/v1/users/usage', headers: JSON_API }
/** Bulk credits; documents spell the limit's name in both ways. */
const CREDIT_LIMITS = ['uniqueIdLimit', 'uniqueID']
/** https://docs.zoominfo.com/docs/credit-usage-and-limits, read in November 2026: a contact is charged once in twelve months. */
const COST = { per: 'match', credits: 1 } as const
const FREE_REPEAT = '365d'
/** https://docs.zoominfo.com/docs/rate-limits, read in November 2026: by plan, all three at once. */
const LIMITS = {
  builder: { perSecond: 5, perHour: 10_800, perDay: 129_600 },
  standard: { perSecond: 25, perHour: 54_000, perDay: 648_000 },
  scaling: { perSecond: 35, perHour: 75_600, perDay: 907_200 },
} as const
const OUTPUT_FIELDS = ['id', 'firstName', 'lastName', 'email', 'jobTitle', 'companyName', 'lastUpdatedDate']

/** `matchStatus` of one contact; the OpenAPI file has two spellings of some. What is not here was found. */
const STATUSES: Readonly<Record<string, VendorOutcome>> = {
  NO_MATCH: 'not-found',
  NON_MATCH_BY_LAST_UPDATED_DATE: 'not-found',
  LAST_UPDATE_NOT_MATCHED: 'not-found',
  NON_MATCH_BY_VALID_DATE: 'not-found',
  NON_MATCH_BY_REQUIRED_FIELDS: 'not-found',
  NON_MATCH_BY_CONTACT_ACCURACY_MIN: 'not-found',
  OPT_OUT: 'give-up',
  CONTACT_OPTED_OUT: 'give-up',
  INVALID_INPUT: 'give-up',
  INPUT_ERROR: 'give-up',
  LIMIT_EXCEEDED: 'credits-exhausted',
}
/** "Credit Limit Reached", with the status 400. */
const EXHAUSTED_CODE = 'PFAPI0011'

/** What a contact is known by; `personId` is ZoomInfo's own number. */
export type ZoominfoIdentity = Identity<
  | 'personId'
  | 'emailAddress'
  | 'hashedEmail'
  | 'phone'
  | 'fullName'
  | 'firstName'
  | 'lastName'
  | 'companyName'
  | 'externalURL'
>

export interface ZoominfoOptions<R extends object = AnyRecord>
  extends Omit<PresetOptions<R, ZoominfoIdentity>, 'apiKey'> {
  /** Of an app of type "client credentials". Default: ZOOMINFO_CLIENT_ID and ZOOMINFO_CLIENT_SECRET. */
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  /** Which published limits apply. Default 'builder', the lowest. */
  readonly plan?: keyof typeof LIMITS
  /** What is asked for. A field that the contract does not have is refused for the whole call. */
  readonly outputFields?: readonly string[]
}

/**
 * ZoomInfo, Enrich Contacts of the Data API. Its credentials: `ZOOMINFO_CLIENT_ID` and `ZOOMINFO_CLIENT_SECRET`. A contact
 * is known by the column `zoominfo_id`, or `email` where that is empty, unless `identify` says otherwise. `data` is the
 * contact's attributes with its `id`. Credits are bought by the year: say when it began with `credits.cycle`.
 */
export function zoominfo<R extends object = AnyRecord>(options: ZoominfoOptions<R> = {}): VendorOptions<R> {
  const { clientId = process.env.ZOOMINFO_CLIENT_ID, clientSecret = process.env.ZOOMINFO_CLIENT_SECRET } = options
  const { params = {}, limits, credits, plan = 'builder', outputFields = OUTPUT_FIELDS } = options
  const identity = identifier(options.identify, ({ zoominfo_id, email }) =>
    zoominfo_id ? { personId: numberOf(zoominfo_id) } : { personId: null, emailAddress: email },
  )
  return {
    name: 'zoominfo',
    baseUrl: BASE_URL,
    auth: { type: 'oauth', tokenUrl: TOKEN_URL, clientId, clientSecret, clientAuthentication: 'basic' },
    bulk: {
      maxRecords: MOST_IN_BULK,
      request: (records) => ({
        method: 'POST',
        path: ENRICH_PATH,
        headers: JSON_API,
        json: {
          data: {
            type: 'ContactEnrich',
            attributes: { matchPersonInput: records.map(identity), outputFields, ...params },
          },
        },
      }),
      results: (body, records) => results(body, records.map(identity)),
      key: referenceOf,
    },
    outcome: ({ body }) => (codeOf(body) === EXHAUSTED_CODE ? 'credits-exhausted' : undefined),
    limits: { ...LIMITS[plan], ...limits },
    credits: {
      cost: COST,
      freeRepeat: FREE_REPEAT,
      balance: { request: USAGE, remaining },
      ...credits,
    },
  }
}

/** ZoomInfo's ids are numbers, whatever the column is. */
function numberOf(id: unknown): string {
  const number = Number(id)
  return (Number.isSafeInteger(number) ? number : String(id)) as string
}

/** Errors come in two shapes: of the gateway, and JSON:API's. */
function codeOf(body: Body): unknown {
  return body?.error?.code ?? body?.errors?.[0]?.code
}

/** By the criteria, which come back with each result: the order is not promised, and a contact's id may have changed. */
function results({ data }: BulkBody, asked: readonly Readonly<Record<string, unknown>>[]): BulkResult[] {
  const places = new Map<string, number[]>()
  for (const [at, criteria] of asked.entries()) {
    const key = keyOf(criteria)
    places.set(key, [...(places.get(key) ?? []), at])
  }
  const found: (number | undefined)[] = data.map(({ meta }: Body) => places.get(keyOf(meta?.input ?? {}))?.shift())
  // Criteria that came back in another form: a single one can only be the one that is left.
  const left = [...places.values()].flat()
  const isCertain = data.length === asked.length && left.length === 1
  return data.map((result: Body, at: number) => {
    return { ...resultOf(result), key: String(found[at] ?? (isCertain ? left[0] : `unknown ${at}`)) }
  })
}

function keyOf(criteria: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(criteria).filter(([, value]) => value !== null && value !== undefined)
  return JSON.stringify(parts.map(([name, value]) => [name, String(value).toLowerCase()]).sort())
}

function resultOf({ id, type, attributes, meta }: Body): BulkResult {
  const outcome = STATUSES[meta?.matchStatus] ?? (type === 'NoMatch' ? 'not-found' : undefined)
  return outcome === undefined ? { status: 200, data: { ...attributes, id } } : { outcome, data: meta }
}

/** A total of 0 means that nothing is limited, and not that nothing is left. */
function remaining({ data }: Body): number | undefined {
  const limits: readonly Body[] = data[0].attributes.usage
  const limit = limits.find(({ limitType, totalLimit }) => CREDIT_LIMITS.includes(limitType) && totalLimit > 0)
  return limit?.usageRemaining
}

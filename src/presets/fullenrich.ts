import type { VendorOptions } from '../config/options/vendor-options.ts'
import type {
  AnyRecord,
  Body,
  BulkBody,
  BulkResult,
  VendorOutcome,
  VendorReply,
} from '../config/options/vendor-types.ts'
import { type Identity, identifier, type PresetOptions, referenceOf } from './preset.ts'

/** https://docs.fullenrich.com/api/v2/reference/openapi.yml, read in November 2026: 1 to 100 contacts in a job. */
const BASE_URL = 'https://app.fullenrich.com/api/v2'
const BULK_PATH = '/contact/enrich/bulk'
const MOST_IN_BULK = 100
/** The same; asking is free. */
const BALANCE_PATH = '/account/credits'
/**
 * https://docs.fullenrich.com/api/v2/general, read in November 2026: of all endpoints together, polls too. It works on a
 * hundred contacts at once, so that a few jobs are plenty.
 */
const LIMITS = { perMinute: 60, maxConcurrent: 1 }
/** The same: a contact takes 30 to 90 seconds; who asks more often than twice a minute is refused. */
const EVERY = '30s'
const WITHIN = '2h'
/**
 * https://docs.fullenrich.com/api/v2/general/credit, read in November 2026: by what is found. Within three months the same
 * data comes again for nothing, so that nothing is gained by asking.
 */
const CREDITS = { 'contact.work_emails': 1, 'contact.personal_emails': 3, 'contact.phones': 10 } as const
const SAME_DATA = { within: '90d', select: false }

/** What a contact is known by: the URL of a profile, or a name with a company. */
export type FullenrichIdentity = Identity<'linkedin_url' | 'first_name' | 'last_name' | 'domain' | 'company_name'>

export interface FullenrichOptions<R extends object = AnyRecord> extends PresetOptions<R, FullenrichIdentity> {
  /** What is looked for, and paid for where it is found. Default work e-mail addresses alone. */
  readonly fields?: readonly (keyof typeof CREDITS)[]
}

/**
 * FullEnrich, version 2, whose results come later. Its key: `FULLENRICH_API_KEY`. A contact is known by the column
 * `linkedin_url`, unless `identify` says otherwise. `data` is what FullEnrich has of the contact: `contact_info` and
 * `profile`.
 */
export function fullenrich<R extends object = AnyRecord>(options: FullenrichOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.FULLENRICH_API_KEY, params = {}, limits, credits } = options
  const { fields = ['contact.work_emails'] } = options
  const identity = identifier(options.identify, ({ linkedin_url }) => ({ linkedin_url }))
  const contactOf = (record: R, at: number) => ({
    ...identity(record),
    enrich_fields: fields,
    custom: { reference: referenceOf(record, at) },
  })
  return {
    name: 'fullenrich',
    baseUrl: BASE_URL,
    auth: { type: 'bearer', token: apiKey },
    bulk: {
      maxRecords: MOST_IN_BULK,
      request: (records) => ({
        method: 'POST',
        path: BULK_PATH,
        json: { name: 'spenddown', ...params, data: records.map(contactOf) },
      }),
      results,
      key: referenceOf,
    },
    async: {
      id: (body) => body.enrichment_id,
      poll: (id) => ({ path: `${BULK_PATH}/${encodeURIComponent(id)}` }),
      state: (body) => STATES[body.status] ?? 'running',
      every: EVERY,
      within: WITHIN,
    },
    outcome,
    limits: { ...LIMITS, ...limits },
    credits: {
      cost: { per: 'match', credits: fields.reduce((sum, field) => sum + CREDITS[field], 0) },
      charged: ({ body }) => (STATES[body?.status] === undefined ? undefined : body.cost?.credits),
      balance: { path: BALANCE_PATH, remaining: (body) => body.balance },
      freeRepeat: SAME_DATA,
      ...credits,
    },
  }
}

const INSUFFICIENT = 'CREDITS_INSUFFICIENT'
const STATES: Readonly<Record<string, 'done' | 'failed'>> = {
  FINISHED: 'done',
  // Says of a contact that nothing was found, and of an account that it is empty: what came is read.
  [INSUFFICIENT]: 'done',
  CANCELED: 'failed',
}

/**
 * A job that is under way is a 400 by the documents, and a 200 in practice. One for which the credits did not suffice brings
 * what they sufficed for, also as a 402; as a 200 without anything it may also mean that nothing was found.
 */
function outcome({ status, body }: VendorReply): VendorOutcome | undefined {
  if (status === 400 && body?.code === 'error.enrichment.in_progress') return 'try-again'
  if (status !== 402 && body?.status !== INSUFFICIENT) return undefined
  const contacts: readonly Body[] = body?.data ?? []
  const isRead = status === 402 ? contacts.some(hasAny) : contacts.length > 0
  return isRead ? 'fresh' : 'credits-exhausted'
}

function results({ status, data }: BulkBody): BulkResult[] {
  const contacts: readonly Body[] = data
  const isShort = status === INSUFFICIENT && contacts.some(hasAny)
  return contacts.map((contact) => {
    const key = String(contact.custom?.reference)
    if (hasAny(contact)) return { key, status: 200, data: contact }
    return { key, outcome: isShort ? 'credits-exhausted' : 'not-found' }
  })
}

function hasAny({ contact_info: info }: Body): boolean {
  return [info?.work_emails, info?.personal_emails, info?.phones].some((found) => found?.length > 0)
}

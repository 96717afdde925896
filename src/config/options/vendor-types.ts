import type { VENDOR_OUTCOMES } from '../../domain/call/outcome.ts'

/** What a vendor sends: its form is known to the config's author alone. */
// biome-ignore lint/suspicious/noExplicitAny: `body.data.name` must be writable without casts
export type Body = any

/** A bulk reply's body: often a list, so that `body.map((r) => …)` knows its `r`. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type BulkBody = readonly any[] & Readonly<Record<string, any>>

/** A record as the config's functions see it, where no type of its own is given to `defineConfig`. */
// biome-ignore lint/suspicious/noExplicitAny: `record.email` must be usable without casts
export type AnyRecord = Readonly<Record<string, any>>

/** One request to the vendor. */
export interface VendorRequest {
  /** Default 'GET'. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Starts with '/'; follows `baseUrl`. */
  readonly path: string
  /** Appended to the path, encoded; keys whose value is undefined or null are left out. */
  readonly query?: Readonly<Record<string, unknown>>
  /**
   * The body, as one of these at most: JSON, a form (`application/x-www-form-urlencoded`; what is undefined or null is left
   * out), or text as it is, whose `Content-Type` goes into `headers`.
   */
  readonly json?: unknown
  readonly form?: Readonly<Record<string, unknown>>
  readonly body?: string
  /**
   * Of this request, over those of `vendor.headers`; what is undefined is left out. `Accept` is `application/json` unless
   * said otherwise, and `Content-Type` goes by the body.
   */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** The request for a job's results: as any other, or a file at an address that the vendor named. */
export type ResultsRequest =
  | VendorRequest
  | {
      /** Absolute. At another host than `baseUrl` neither `headers` nor `auth` of the vendor are sent. */
      readonly url: string
      readonly method?: VendorRequest['method']
      readonly headers?: VendorRequest['headers']
    }

/** One reply of the vendor's. */
export interface VendorReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed JSON; text where it is not JSON. */
  readonly body: Body
}

/** What a reply means, by what to do next; see domain/call/outcome.ts. */
export type VendorOutcome = (typeof VENDOR_OUTCOMES)[number]

/** A number of credits as a vendor writes it: 12.5 or "12.5". Anything else means that the vendor did not say. */
export type ReportedCredits = number | string | null | undefined

/**
 * An instant as a vendor writes it: a Date, ISO 8601 text with its zone, epoch seconds or epoch milliseconds. Anything
 * else, the future, and what is older than a billing cycle mean that the vendor did not say.
 */
export type ReportedInstant = Date | string | number | null | undefined

/** A schema of any library that speaks Standard Schema (https://standardschema.dev): zod, valibot, arktype and others. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>
  }
}

type SchemaResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** One record's part of a bulk reply; null or undefined: not found. */
export interface BulkResult {
  /** As HTTP's: 200, 404, … Without it, a result with data was found, and one without was not. */
  readonly status?: number
  readonly data?: Body
  /** Which record it is for, where results do not come in the order of the records; see `bulk.key`. */
  readonly key?: string | number | bigint
  /** What it means, where its status does not say it. */
  readonly outcome?: VendorOutcome
}

import type { CreditsOptions } from '../config/options/credits-options.ts'
import type { LimitsOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, BulkResult, VendorOutcome, VendorReply } from '../config/options/vendor-types.ts'

/** What a vendor knows a person by: as many of these as are known. */
export type Identity<Part extends string> = { readonly [_ in Part]?: string | null | undefined }

/** What every preset takes. Whatever else a contract changes is spread over what it answers: `{ ...hunter(), name: 'x' }`. */
export interface PresetOptions<R extends object, Identity extends object> {
  /** Default: the environment variable that the preset names. Without either the config says what is missing. */
  readonly apiKey?: string | undefined
  /**
   * What the vendor is to know a person by, in the vendor's words; parts that are undefined or null are left out. A
   * record of which nothing is left fails before it is sent, and costs nothing. Default: see the preset.
   */
  readonly identify?: (record: R) => Identity
  /** Sent with every lookup, as the vendor names it. */
  readonly params?: Readonly<Record<string, unknown>>
  /** The contract's ceilings, each instead of the published one. */
  readonly limits?: LimitsOptions
  /** The contract's terms, each instead of the preset's: `cost`, `allotment`, `cycle`, … */
  readonly credits?: CreditsOptions<R>
}

/** A config's `outcome` that reads a table of statuses; one that it lacks means the usual. Leaves `outcomes` to the user. */
export function outcomeBy(table: Readonly<Record<number, VendorOutcome>>) {
  return ({ status }: VendorReply): VendorOutcome | undefined => table[status]
}

/**
 * What a request says of whom it asks for: the identity's parts that are there.
 *
 * @throws TypeError where none is: nothing is sent then, and the record fails with this message.
 */
export function identifier<R extends object, Identity extends object>(
  identify: PresetOptions<R, Identity>['identify'],
  otherwise: (record: AnyRecord) => Identity,
): (record: R) => Readonly<Record<string, unknown>> {
  return (record) => {
    const identity = identify === undefined ? otherwise(record as AnyRecord) : identify(record)
    const parts = Object.entries(identity).filter(([, part]) => part !== undefined && part !== null && part !== '')
    if (parts.length === 0) throw new TypeError(`identify found none of ${Object.keys(identity).join(', ')}`)
    return Object.fromEntries(parts)
  }
}

/** The preset's terms with the contract's in their place. Without the balance nobody says when the cycle ends. */
export function contractTerms<R extends object>(
  preset: CreditsOptions<R>,
  contract: CreditsOptions<R> | undefined,
): CreditsOptions<R> {
  const terms = { ...preset, ...contract }
  if (terms.balance !== undefined || contract?.cycle !== undefined) return terms
  const { cycle: _, ...rest } = terms
  return rest
}

/** The reference that is sent with a record, and the key by which its result is known. */
export function referenceOf(_record: unknown, at: number): string {
  return String(at)
}

/**
 * The results of a bulk call by the references that were sent with its records, in any order; one that is left out was
 * not found. Where a vendor does not echo them, results count as being in the order of the records, and all there.
 *
 * @throws TypeError where they are not: nobody knows what is whose then
 */
export function byReference(
  found: readonly Body[],
  records: readonly unknown[],
  echoed: (result: Body) => unknown,
  resultOf: (result: Body) => BulkResult,
): BulkResult[] {
  const references = found.map(echoed)
  const areEchoed = references.every((reference) => reference !== undefined && reference !== null)
  if (!areEchoed && found.length !== records.length) {
    throw new TypeError(`${found.length} results without a reference for ${records.length} records`)
  }
  return found.map((result, at) => ({ ...resultOf(result), key: String(areEchoed ? references[at] : at) }))
}

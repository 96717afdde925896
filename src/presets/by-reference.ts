import type { Body, BulkResult } from '../config/vendor-types.ts'

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

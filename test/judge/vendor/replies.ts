import type { VendorWorld } from '../world/world.ts'
import type { Served } from './bill.ts'
import type { Fault } from './faults.ts'

/** More than a reply may have, single or bulk. */
const HUGE = 18 * 1_024 * 1_024

/** A reply's body as text, honest or not. */
export function bodyOf(vendor: VendorWorld, served: readonly Served[], fault: Fault | null): string {
  if (fault === 'malformed') return '{"data": {"job_title": "cut o'
  if (fault === 'nested') return `${'{"data":'.repeat(5_000)}1${'}'.repeat(5_000)}`
  if (fault === 'huge') return hugeBody(vendor, served)
  if (vendor.form === 'single') return JSON.stringify({ data: dataOf(served[0], fault) })
  const results = served.filter(({ value }) => value !== null || !leftOut(vendor)).map((each) => resultOf(each, fault))
  return JSON.stringify({ results: fault === 'wrongShape' ? misshape(vendor, results) : results })
}

/** Whether that fault may leave nothing in the reply that can be used. */
export function isUnusable(fault: Fault | null): boolean {
  return fault === 'malformed' || fault === 'nested' || fault === 'huge' || fault === 'wrongShape'
}

function leftOut({ form, omitMisses }: VendorWorld): boolean {
  return form === 'by-key' && omitMisses
}

interface Result {
  readonly id: string
  readonly status: number
  readonly data: unknown
}

function resultOf(served: Served, fault: Fault | null): Result {
  if (served.value === null) return { id: served.record, status: 404, data: null }
  return { id: served.record, status: 200, data: dataOf(served, fault) }
}

/** The value tells which reply it came in and for which record; a lie is the address and the name of another person. */
function dataOf(served: Served | undefined, fault: Fault | null): unknown {
  if (served === undefined || served.value === null) return null
  const email = fault === 'wrongRecord' ? 'someone.else@lie.example' : served.email
  return { job_title: served.value, company: { name: `company of ${served.value}` }, email }
}

/** By position: one result is missing. By key: one has another's key, or comes twice beside one that nobody asked for. */
function misshape(vendor: VendorWorld, results: readonly Result[]): readonly Result[] {
  const [first] = results
  if (first === undefined) return results
  if (vendor.form === 'by-position') return results.slice(1)
  const last = results.at(-1)
  if (last !== undefined && results.length % 2 === 0) return [...results.slice(0, -1), { ...last, id: first.id }]
  const unasked = { ...first, id: 'nobody', data: { job_title: 'of nobody', company: { name: 'company of nobody' } } }
  return [...results, first, unasked]
}

/** Of the right form and much too long. */
function hugeBody(vendor: VendorWorld, served: readonly Served[]): string {
  const padding = 'x'.repeat(HUGE)
  if (vendor.form === 'single') return JSON.stringify({ data: dataOf(served[0], 'huge'), padding })
  return JSON.stringify({ results: served.map((each) => resultOf(each, 'huge')), padding })
}

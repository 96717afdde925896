import { createHash } from 'node:crypto'
import type { RecordRow } from '../../domain/values/record.ts'
import type { CallItem } from '../ports/calls.ts'
import type { VendorRules } from '../ports/vendor.ts'

/** The greatest difference between our clock and the vendor's, which measures the window, ms. */
const CLOCKS_APART_MS = 60_000

/**
 * Detects repeats that the vendor does not charge for, because the record was paid for recently. A repeat counts as free
 * only if that is certain: the request is identical to the one paid for, and the vendor will serve it within the window
 * whatever happens. In doubt it counts as charged.
 */
export class FreeRepeats {
  readonly #rules: Pick<VendorRules, 'single' | 'bulk' | 'freeRepeat' | 'timeoutMs'>

  constructor(rules: Pick<VendorRules, 'single' | 'bulk' | 'freeRepeat' | 'timeoutMs'>) {
    this.#rules = rules
  }

  /** Fingerprint of the request for this record alone. Null: no free repeats, or the config gives no request. */
  requestFor(row: RecordRow): string | null {
    const { freeRepeat, single, bulk } = this.#rules
    if (freeRepeat === null) return null
    try {
      const asked = single === null ? bulk?.request([row]) : single.request(row)
      const text = JSON.stringify({ method: 'GET', ...asked }, bigintAsText)
      return asked === undefined ? null : createHash('sha256').update(text).digest('base64url')
    } catch {
      return null
    }
  }

  /** `sentAt`: when the call was sent, epoch ms; `request`: the fingerprint by `requestFor`. */
  isFree({ paid = [] }: Pick<CallItem, 'paid'>, request: string | null, sentAt: number): boolean {
    const { freeRepeat, timeoutMs } = this.#rules
    if (freeRepeat === null || request === null) return false
    const servedBy = sentAt + timeoutMs + CLOCKS_APART_MS
    return paid.some(({ at, request: before }) => {
      return before === request && at <= sentAt && servedBy <= at + freeRepeat.withinMs
    })
  }
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

import { createHash } from 'node:crypto'
import type { RecordRow } from '../../domain/record.ts'
import type { CallItem } from '../ports/calls.ts'
import type { VendorRules } from '../ports/vendor.ts'

/** How far clocks may be apart: the vendor counts the window by its own, ms. */
const CLOCKS_APART_MS = 60_000

/**
 * Records that the vendor does not charge for again, because they were paid for not long ago. A repeat is free only
 * where nobody can doubt it: the request is the very one that was paid for, and the whole time in which the vendor may
 * serve it lies within the window, which began no later than spenddown knows of. In doubt it costs what it can.
 */
export class FreeRepeats {
  readonly #rules: Pick<VendorRules, 'single' | 'bulk' | 'freeRepeat' | 'timeoutMs'>

  constructor(rules: Pick<VendorRules, 'single' | 'bulk' | 'freeRepeat' | 'timeoutMs'>) {
    this.#rules = rules
  }

  /**
   * The fingerprint of the request for this record alone: what the vendor knows the record by, and what is asked of it.
   * Null: nobody wants to know, or there is none.
   */
  requestFor(row: RecordRow): string | null {
    const { freeRepeat, single, bulk } = this.#rules
    if (freeRepeat === null) return null
    try {
      const text = JSON.stringify(single === null ? bulk?.request([row]) : single.request(row), bigintAsText)
      return text === undefined ? null : createHash('sha256').update(text).digest('base64url')
    } catch {
      return null
    }
  }

  /** `sentAt`: when the call that asked for it left, epoch ms; `request`: what `requestFor` says. */
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

import type { VendorOutcome, VendorReply } from '../config/vendor-types.ts'

/** What a vendor's statuses mean. */
export type OutcomeTable = Readonly<Record<number, VendorOutcome>>

/** A config's `outcome` that reads a table; a status that it does not have means what it usually means. */
export function outcomeBy(table: OutcomeTable): (reply: VendorReply) => VendorOutcome | undefined {
  return ({ status }) => table[status]
}

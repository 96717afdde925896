import { messageOf } from '../../domain/errors/errors.ts'
import type { RecordRow } from '../../domain/values/record.ts'
import type { BelongsTo, Mapped } from '../ports/vendor.ts'

/** Checks whether data belongs to a record. Null: it may be written; otherwise why it is unusable. */
export type Ownership = (record: RecordRow, data: unknown) => (Mapped & { readonly kind: 'unusable' }) | null

/** The config's `belongsTo` as a check; without one, data is accepted for the record it was requested for. */
export function ownership(
  way: 'single' | 'bulk',
  rules: { readonly belongsTo?: BelongsTo | undefined } | null,
): Ownership {
  const { belongsTo } = rules ?? {}
  if (belongsTo === undefined) return () => null
  const rule = `vendor.${way}.belongsTo`
  const unusable = (reason: string) => ({ kind: 'unusable', reason }) as const
  return (record, data) => {
    if (data === undefined || data === null) return null
    try {
      const answer = belongsTo(record, data)
      if (answer === true) return null
      if (answer !== false) return unusable(`${rule} answered ${describe(answer)}; allowed: true or false`)
    } catch (error) {
      return unusable(`${rule} threw: ${messageOf(error)}`)
    }
    return unusable(`${rule}: the data is another record's`)
  }
}

function describe(answer: unknown): string {
  return typeof answer === 'string' ? `"${answer.slice(0, 40)}"` : answer === null ? 'null' : typeof answer
}

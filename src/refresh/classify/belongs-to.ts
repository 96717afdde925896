import type { RecordRow } from '../../domain/record.ts'
import type { BelongsTo, Mapped } from '../ports/vendor.ts'
import { messageOf } from './mapping.ts'

/** Why data may not be written to a record: it is not shown to be its own; null: it may. */
export type Ownership = (record: RecordRow, data: unknown) => (Mapped & { readonly kind: 'unusable' }) | null

/** As the config's `belongsTo` decides it; where there is none, a reply is taken for what it is said to be. */
export function ownership(
  way: 'single' | 'bulk',
  rules: { readonly belongsTo?: BelongsTo | undefined } | null,
): Ownership {
  const { belongsTo } = rules ?? {}
  if (belongsTo === undefined) return () => null
  const rule = `vendor.${way}.belongsTo`
  const unusable = (problem: string, reason = `${rule} ${problem}`) => {
    return { kind: 'unusable', reason, invalid: { rule, path: 'data', problem } } as const
  }
  return (record, data) => {
    if (data === undefined || data === null) return null
    try {
      const answer = belongsTo(record, data)
      if (answer === true) return null
      if (answer !== false) return unusable(`answered ${describe(answer)}; allowed: true or false`)
    } catch (error) {
      return unusable(`threw: ${messageOf(error)}`)
    }
    return unusable("is another record's", `${rule}: the data is another record's`)
  }
}

function describe(answer: unknown): string {
  return typeof answer === 'string' ? `"${answer.slice(0, 40)}"` : answer === null ? 'null' : typeof answer
}

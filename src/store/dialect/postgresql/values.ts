import type { ValueForms } from '../value-forms.ts'

export const postgresqlValues: ValueForms = {
  boolean: (value) => (value ? 'true' : 'false'),
  instant: (instant, { kind }) => (kind === 'timestamp' ? instant.slice(0, -1) : instant),
  keepsUuids: false,
  wholeNumberFrom: () => null,
  // It rounds to the column's scale.
  holdsDecimal: () => true,
  holdsEscapes: () => false,
}

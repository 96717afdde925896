import type { Dialect } from './dialect.ts'
import type { DialectName } from './dialect-names.ts'
import { peopleDataLabsDialect } from './people-data-labs.ts'
import { spenddownDialect } from './spenddown.ts'

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  spenddown: spenddownDialect,
  'people-data-labs': peopleDataLabsDialect,
}

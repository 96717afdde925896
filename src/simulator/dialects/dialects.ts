import { apolloDialect } from './apollo.ts'
import { coresignalDialect } from './coresignal.ts'
import type { Dialect } from './dialect.ts'
import type { DialectName } from './dialect-names.ts'
import { enrichLayerDialect } from './enrich-layer.ts'
import { hunterDialect } from './hunter.ts'
import { lushaDialect } from './lusha.ts'
import { peopleDataLabsDialect } from './people-data-labs.ts'
import { spenddownDialect } from './spenddown.ts'

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  spenddown: spenddownDialect,
  'people-data-labs': peopleDataLabsDialect,
  hunter: hunterDialect,
  'enrich-layer': enrichLayerDialect,
  apollo: apolloDialect,
  lusha: lushaDialect,
  coresignal: coresignalDialect,
}

import { apolloDialect } from './apollo.ts'
import { coresignalDialect } from './coresignal.ts'
import type { Dialect } from './dialect.ts'
import { enrichLayerDialect } from './enrich-layer.ts'
import { fullenrichDialect } from './fullenrich.ts'
import { hunterDialect } from './hunter.ts'
import { ipinfoDialect } from './ipinfo.ts'
import { lushaDialect } from './lusha.ts'
import { peopleDataLabsDialect } from './people-data-labs.ts'
import { prospeoDialect } from './prospeo.ts'
import { rocketreachDialect } from './rocketreach.ts'
import { spenddownDialect } from './spenddown.ts'
import { zoominfoDialect } from './zoominfo.ts'

/** The dialects there are; 'spenddown' is the simulator's own. */
export const dialects = {
  spenddown: spenddownDialect,
  'people-data-labs': peopleDataLabsDialect,
  hunter: hunterDialect,
  'enrich-layer': enrichLayerDialect,
  apollo: apolloDialect,
  lusha: lushaDialect,
  coresignal: coresignalDialect,
  zoominfo: zoominfoDialect,
  fullenrich: fullenrichDialect,
  rocketreach: rocketreachDialect,
  prospeo: prospeoDialect,
  ipinfo: ipinfoDialect,
} as const satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects
export const dialectNames = Object.keys(dialects) as DialectName[]

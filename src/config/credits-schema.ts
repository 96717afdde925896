import type * as z from 'zod'
import type { CycleTerms } from '../domain/billing-cycle.ts'
import { CREDIT } from '../domain/credits.ts'
import { credits } from './amounts.ts'
import type { CreditsConfig } from './config.ts'
import type { CreditsOptions } from './credits-options.ts'
import { callback, oneOf, pathText, wholeNumber } from './rules.ts'
import { section } from './section.ts'
import { timeZone } from './time-zone.ts'

type Charged = NonNullable<CreditsOptions['charged']>
type Remaining = NonNullable<CreditsOptions['remaining']>
type Balance = NonNullable<CreditsOptions['balance']>

export function creditsSchema(): z.ZodType<CreditsConfig> {
  const cost = section({ per: oneOf('call', 'record', 'match'), credits: credits({ positive: true }) })
  return section({
    cost: cost.default({ per: 'match', credits: CREDIT }),
    charged: callback<Charged>('(reply) => the credits that the call cost').optional(),
    remaining: callback<Remaining>('(reply) => the balance').optional(),
    balance: section({
      path: pathText(),
      remaining: callback<Balance['remaining']>('(body) => the balance'),
    }).optional(),
    allotment: credits().optional(),
    cycle: cycleSchema().prefault({}),
  })
}

function cycleSchema(): z.ZodType<CycleTerms> {
  return section({ anchorDay: wholeNumber(1, 31).default(1), timeZone: timeZone().default('UTC') })
}

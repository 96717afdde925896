import type { ShownChanges } from '../domain/run/changes.ts'
import type { RunSummary } from '../domain/run/run.ts'
import { roundFigure } from '../domain/words/figure.ts'
import { counted } from '../domain/words/words.ts'

/** What one credit costs. `currency`: a code of ISO 4217. */
export interface PricePerCredit {
  readonly amount: number
  readonly currency: string
}

/** What the run's credits were worth. A correction is a refreshed record that had changed. */
export interface Value {
  /** Null: nothing was compared, or nothing had changed. */
  readonly creditsPerCorrection: number | null
  /** Null: the config names no price of a credit. */
  readonly money: {
    readonly currency: string
    readonly spent: number
    readonly unused: number
    readonly perCorrection: number | null
  } | null
}

/** Of one run, or of several. */
export interface Bought {
  readonly credits: Pick<RunSummary['credits'], 'spent'>
  readonly changes: Pick<ShownChanges, 'changed'> | null
}

export function worthOf({ credits, changes }: Bought, unused: number, price: PricePerCredit | null): Value {
  const corrections = changes?.changed ?? 0
  const each = corrections === 0 ? null : credits.spent / corrections
  if (price === null) return { creditsPerCorrection: each, money: null }
  const { amount, currency } = price
  const worth = (of: number) => Math.round(of * amount * 1e6) / 1e6
  const perCorrection = each === null ? null : worth(each)
  const money = { currency, spent: worth(credits.spent), unused: worth(Math.max(0, unused)), perCorrection }
  return { creditsPerCorrection: each, money }
}

/** 'a corrected record cost €0.42 (3.1 credits)'; null: none was corrected. */
export function correctionWords({ creditsPerCorrection, money }: Value): string | null {
  const cost = perCorrection({ creditsPerCorrection, money })
  return cost === null ? null : `a corrected record cost ${cost}`
}

function perCorrection({ creditsPerCorrection, money }: Value): string | null {
  if (creditsPerCorrection === null) return null
  const credits = creditsPerCorrection === 1 ? counted(1, 'credit') : `${roundFigure(creditsPerCorrection)} credits`
  return money?.perCorrection == null ? credits : `${moneyWords(money.perCorrection, money.currency)} (${credits})`
}

/** Three digits at least below one, so that a price of a fraction of a cent is one. */
export function moneyWords(amount: number, currency: string): string {
  const digits = amount > 0 && amount < 0.1 ? { maximumSignificantDigits: 2 } : {}
  return new Intl.NumberFormat('en', { style: 'currency', currency, ...digits }).format(amount)
}

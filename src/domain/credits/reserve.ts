import { type Credits, toDecimal } from './credits.ts'

/** A run's reserve as configured. */
export type Reserve = Credits | ShareReserve | AutoReserve

/** A share of the account's allotment or balance. */
export interface ShareReserve {
  readonly kind: 'share'
  /** 0 to 1. */
  readonly share: number
}

/** A forecast of what jobs with a higher priority, and everyone else, will need until the reset. */
export interface AutoReserve {
  readonly kind: 'auto'
  /** The probability that the reserve is enough, 0.5 to 0.999. */
  readonly confidence: number
  /** The lower limit, and the reserve itself if there is no history. */
  readonly atLeast: Credits
}

/** The largest that any of these jobs keeps: what a run by hand leaves. */
export interface LargestReserve {
  readonly kind: 'largest'
  readonly jobs: readonly string[]
}

/** A reserve in credits, and how it came about in words. */
export interface Reserved {
  readonly credits: Credits
  readonly how: string
}

export const DEFAULT_CONFIDENCE = 0.95

export const SHARE_ALLOWED = "a share from '0%' to '100%'"

/** Parses a share such as '10%' or '12.5 %' to 0 to 1; null if it is not one. */
export function parseShare(text: unknown): number | null {
  if (typeof text !== 'string') return null
  const found = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)
  const percent = Number(found?.[1] ?? Number.NaN)
  return percent <= 100 ? percent / 100 : null
}

/** The share in credits, rounded up, so that others are left no less than configured. */
export function shareOf({ share }: ShareReserve, base: Credits): Credits {
  return Math.max(0, Math.ceil(base * share - 1e-6)) as Credits
}

export function percentWords(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`
}

const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

export function creditWords(amount: Credits): string {
  return NUMBERS.format(toDecimal(amount))
}

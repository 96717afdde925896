import { type Credits, toDecimal } from './credits.ts'

/** What a run leaves for others, as the config says it. */
export type Reserve = Credits | ShareReserve | AutoReserve

/** A share of what the account is granted. */
export interface ShareReserve {
  readonly kind: 'share'
  /** 0 to 1. */
  readonly share: number
}

/** What the jobs of a higher priority, and everyone else, will need until the reset. */
export interface AutoReserve {
  readonly kind: 'auto'
  /** 0.5 to 0.999: how sure it is to be that this is enough. */
  readonly confidence: number
  /** No less than that, and all that is kept where nothing is known of the past. */
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

/** A share as people write it, '10%' or '12.5 %', as 0 to 1; null if it is none. */
export function parseShare(text: unknown): number | null {
  if (typeof text !== 'string') return null
  const found = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)
  const percent = Number(found?.[1] ?? Number.NaN)
  return percent <= 100 ? percent / 100 : null
}

/** So much of it, never rounded down: what is left for others is no less than was said. */
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

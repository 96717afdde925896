import type { ItemState } from '../call/item.ts'
import type { AllowedPace } from '../run/kept-pace.ts'
import { figure, roundFigure } from './figure.ts'

/** How an item has ended. */
export const OUTCOME_WORDS: Readonly<Record<ItemState, string>> = {
  pending: 'to do',
  refreshed: 'refreshed',
  notFound: 'not found',
  failed: 'failed',
  unknown: 'unknown',
  superseded: 'refreshed meanwhile',
}

/** "1 credit", "1,200 credits". */
export function counted(amount: number, thing: string): string {
  return `${figure(amount)} ${thing}${amount === 1 ? '' : 's'}`
}

/** "12 not found", "3 failed": those of which there are any. */
export function countsOf(counts: readonly (readonly [count: number, words: string])[]): string[] {
  return counts.flatMap(([count, words]) => (count > 0 ? [`${figure(count)} ${words}`] : []))
}

/** "40 (30 to 60)"; the one figure where they are said alike. */
export function rangeWords(
  { least, typical, most }: { readonly least: number; readonly typical: number; readonly most: number },
  words: (each: number) => string,
): string {
  const [low, high] = [words(least), words(most)]
  return low === high ? words(typical) : `${words(typical)} (${low} to ${high})`
}

/** How old records are: "30 to 90 d". */
export function ageWords({ fromDays, toDays }: { readonly fromDays: number | null; readonly toDays: number | null }) {
  if (fromDays === null) return 'never refreshed'
  return toDays === null ? `over ${fromDays} d` : `${fromDays} to ${toDays} d`
}

/** "8 parallel calls, 5 a second". */
export function paceWords({ concurrency, perSecond }: Omit<AllowedPace, 'reason'>): string {
  return `${counted(concurrency, 'parallel call')}${perSecond === null ? '' : `, ${figure(perSecond)} a second`}`
}

/** "5.0 calls a second", "30.0 calls a minute". */
export function rateWords(perSecond: number): string {
  return perSecond >= 1 ? `${perSecond.toFixed(1)} calls a second` : `${(perSecond * 60).toFixed(1)} calls a minute`
}

/** "9 parallel calls; latency is normal": a figure that the reason begins with is said once. */
export function paceAndWhy(pace: AllowedPace): string {
  const { perSecond, concurrency, reason } = pace
  if (perSecond !== null && reason.startsWith(rateWords(perSecond))) {
    return `${paceWords({ ...pace, perSecond: null })}, ${reason}`
  }
  return `${paceWords(pace)}; ${reason.replace(new RegExp(`^(?:raised|back) to ${concurrency}: `), '')}`
}

/** "42 ms", "1.2 s". */
export function latencyWords(ms: number): string {
  return ms < 1_000 ? `${roundFigure(ms)} ms` : `${roundFigure(ms / 1_000)} s`
}

/** What balances show beyond the books: "by the vendor's balance, 3 credits more are gone than the books explain". */
export function driftWords(drift: number): string {
  const how = drift > 0 ? 'more are gone than the books explain' : 'fewer are gone than the books have'
  return `by the vendor's balance, ${figure(Math.abs(drift))} credits ${how}`
}

/** "9.9 calls a second", "12.0 calls a minute". */
export function words(perSecond: number): string {
  return perSecond >= 1 ? `${perSecond.toFixed(1)} calls a second` : `${(perSecond * 60).toFixed(1)} calls a minute`
}

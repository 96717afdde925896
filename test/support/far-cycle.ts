/** A cycle that ends some days from now, so that no test meets a reset that it does not make. */
export function farCycle(): { readonly anchorDay: number; readonly timeZone: string } {
  return { anchorDay: new Date(Date.now() + 10 * 86_400_000).getUTCDate(), timeZone: 'UTC' }
}

/** Made when it is needed first: the first formatter of a process takes 30 ms. */
let figures: Intl.NumberFormat | undefined

/** A count or an amount of credits for people: "12,345.5". */
export function figure(value: number): string {
  figures ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 })
  return figures.format(value)
}

/** An estimate of many: a fraction of one would say more than is known. */
export function wholeFigure(value: number): string {
  return figure(Math.abs(value) >= 10 ? Math.round(value) : Math.round(value * 100) / 100)
}

/** The same with two digits: for estimates, and for what changes all the time. */
export function roundFigure(value: number): string {
  return figure(Number(value.toPrecision(2)))
}

/** A share in percent: "12.3 %". Zero if `whole` is zero. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  const share = (100 * part) / whole
  const digits = share < 10 || share > 99 ? 1 : 0
  // "100 %" is only for the whole and "0 %" only for none: rounding must not produce them.
  if (part < whole && share > 99.95) return 'over 99.9 %'
  return share < 0.05 ? 'under 0.1 %' : `${share.toFixed(digits).replace(/\.0$/, '')} %`
}

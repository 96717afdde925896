const FIGURES = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 })

/** A count, or an amount of credits, as people read it: "12,345.5". */
export function figure(value: number): string {
  return FIGURES.format(value)
}

/** A part of a whole, as people read it: "12.3 %"; of nothing: "0 %". */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  const share = (100 * part) / whole
  const digits = share < 10 || share > 99 ? 1 : 0
  // All is said of all alone, and nothing of nothing.
  if (part < whole && share > 99.95) return 'over 99.9 %'
  return share < 0.05 ? 'under 0.1 %' : `${share.toFixed(digits).replace(/\.0$/, '')} %`
}

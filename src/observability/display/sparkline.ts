const LEVELS = '▁▂▃▄▅▆▇█'

/** One character a value, as high as its part of `most`; none for zero, a dot where there is no value. */
export function sparkline(values: readonly (number | null)[], most: number): string {
  return values.map((value) => (value === null ? '·' : level(value, most))).join('')
}

function level(value: number, most: number): string {
  if (!(value > 0) || !(most > 0)) return ' '
  const height = Math.ceil((value / most) * LEVELS.length)
  return LEVELS[Math.min(LEVELS.length, Math.max(1, height)) - 1] as string
}

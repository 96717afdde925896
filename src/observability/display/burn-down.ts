/** Credits left over time: one value each `everyMs` since `from` (epoch ms). Long ones are kept more coarsely. */
export interface BurnDown {
  readonly from: number
  readonly everyMs: number
  readonly left: readonly number[]
}

const FIRST_EVERY_MS = 250
const MOST_VALUES = 256

export function beginBurnDown(from: number, left: number): BurnDown {
  return { from, everyMs: FIRST_EVERY_MS, left: [left] }
}

/** So many are left now. Costs next to nothing more often than each `everyMs`. */
export function burnt(burn: BurnDown, now: number, left: number): BurnDown {
  const at = Math.floor((now - burn.from) / burn.everyMs)
  if (at < burn.left.length) return burn
  if (at >= MOST_VALUES) return burnt(coarser(burn), now, left)
  const before = burn.left.at(-1) as number
  // Nothing was told in between: nothing was spent.
  const between = new Array<number>(at - burn.left.length).fill(before)
  return { ...burn, left: [...burn.left, ...between, left] }
}

function coarser({ from, everyMs, left }: BurnDown): BurnDown {
  return { from, everyMs: 2 * everyMs, left: left.filter((_, at) => at % 2 === 0) }
}

export function mostLeft({ left }: BurnDown): number {
  return left.reduce((most, value) => Math.max(most, value), 0)
}

/** `width` values from the beginning until `until`, each as of the middle of its column, or now; null after `now`. */
export function burnColumns(burn: BurnDown, now: number, until: number, width: number): (number | null)[] {
  const half = (until - burn.from) / width / 2
  return columnTimes(burn, until, width).map((middle) => {
    if (middle - half > now) return null
    const at = Math.floor((Math.min(middle, now) - burn.from) / burn.everyMs)
    return burn.left[Math.min(burn.left.length - 1, Math.max(0, at))] as number
  })
}

/** The straight line from what was left at the beginning to nothing at `until`. */
export function idealColumns(burn: BurnDown, until: number, width: number): number[] {
  return columnTimes(burn, until, width).map((at) => idealLeft(burn, at, until))
}

export function idealLeft({ from, left }: BurnDown, at: number, until: number): number {
  const first = left[0] as number
  return until <= from ? 0 : first * Math.min(1, Math.max(0, (until - at) / (until - from)))
}

function columnTimes({ from }: BurnDown, until: number, width: number): number[] {
  return Array.from({ length: width }, (_, column) => from + ((column + 0.5) / width) * (until - from))
}

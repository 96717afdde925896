/**
 * How many of `width` cells each part of a whole gets, in order. They sum to `width`; what is not all does not look
 * like all. Of nothing, the last part gets them.
 */
export function cellsOf(parts: readonly number[], width: number): number[] {
  const whole = parts.reduce((sum, part) => sum + Math.max(0, part), 0)
  let sum = 0
  let taken = 0
  return parts.map((part, at) => {
    sum += Math.max(0, part)
    const end = at === parts.length - 1 ? width : whole === 0 ? 0 : Math.floor((sum / whole) * width)
    const cells = end - taken
    taken = end
    return cells
  })
}

// Quantiles of the normal distribution by Acklam's rational approximation (relative error below 1.2e-9), and of Student's
// t distribution by its expansion in 1/ν (Abramowitz and Stegun 26.7.5): for ν ≥ 2 and up to 99.9 %, at most 1/7 too low.

const CENTRE = {
  over: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ],
  under: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
}
const TAIL = {
  over: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  under: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
}
const TAIL_FROM = 0.02425

/** The quantile of the standard normal distribution; `probability` between 0 and 1, exclusive. */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability)
  if (probability < TAIL_FROM) {
    const root = Math.sqrt(-2 * Math.log(probability))
    return polynomial(TAIL.over, root) / polynomial(TAIL.under, root)
  }
  const off = probability - 0.5
  return (polynomial(CENTRE.over, off * off) * off) / polynomial(CENTRE.under, off * off)
}

/** The quantile of Student's t distribution with `freedom` degrees of freedom (1.5 or more). */
export function studentQuantile(probability: number, freedom: number): number {
  const z = normalQuantile(probability)
  const s = z * z
  return (
    z +
    (z * (s + 1)) / (4 * freedom) +
    (z * (5 * s * s + 16 * s + 3)) / (96 * freedom ** 2) +
    (z * (3 * s ** 3 + 19 * s * s + 17 * s - 15)) / (384 * freedom ** 3)
  )
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}

/** One problem in the input: where it is, what was found, what is allowed, what to do. */
export interface Problem {
  /** Where: a config path such as `vendor.limits.perSecond`, or a flag such as `--where`. */
  readonly path: string
  /** What was found there, in a few words or quoted. Never a secret. */
  readonly found: string
  readonly allowed: string
  /** What to do, if the rest does not say it: "did you mean `perSecond`?" */
  readonly hint?: string
}

export function describeProblem(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`
  return `${problem.path}: found ${problem.found}; allowed: ${problem.allowed}.${hint}`
}

/** The name that was probably meant; undefined if none is close (over a third of its letters would change). */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return bestDistance <= Math.max(1, Math.floor(name.length / 3)) ? best : undefined
}

/** Levenshtein's distance with adjacent transpositions counted as one change. */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)])
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let j = 1; j <= b.length; j++) (rows[0] as number[])[j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let distance = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, at(i - 2, j - 2) + 1)
      ;(rows[i] as number[])[j] = distance
    }
  }
  return at(a.length, b.length)
}

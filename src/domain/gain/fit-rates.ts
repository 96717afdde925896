import type { LookCell } from './looks.ts'
import { HIGHEST_RATE, LOWEST_RATE, meanRate, probabilities, RATES, type RateBelief, scaled } from './rate-belief.ts'

/** How far a group's mean rate and its shape may be from those of all records, as standard deviations of their logarithms. */
const MEAN_SPREAD = 1.2
const SHAPE_SPREAD = 0.8

/** From records that have next to nothing in common to records that are alike. */
const SHAPES = [0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30]

/** What the mean rate may be off by, as a share: far less than the looks leave open; and while noises are compared. */
const EXACTNESS = 0.005
const COARSE_EXACTNESS = 0.1

/** How records change before their own looks, and how far looks can be believed. */
export interface RateFit {
  readonly rate: RateBelief
  /** Share of the looks that show a change where nothing has: a column that changes by itself. */
  readonly noise: number
}

interface Search {
  readonly shapes: readonly number[]
  readonly exactness: number
}

const FINE: Search = { shapes: SHAPES, exactness: EXACTNESS }
const COARSE: Search = { shapes: [0.5, 1, 3, 30], exactness: COARSE_EXACTNESS }

const NOISES = [0, 0.1, 0.25, 0.5, 0.75, 1]
/** So much less likely, as a logarithm, may looks be with more noise: taken for changes, it puts the order upside down. */
const NOISE_TOLERANCE = 3

/**
 * How all records change, and the noise of their looks: what young records show is noise, since little time has passed.
 * Where looks leave open how much there is, it is the most that they leave open. Groups that change at different rates
 * are apart here; taken together, the fast ones would look like noise.
 */
export function fitAll(groups: readonly (readonly LookCell[])[], prior: RateBelief): RateFit {
  const all = groups.flat()
  const fits = NOISES.map((noise) => {
    const together = likeliest(all, { rate: prior, noise }, COARSE)
    const fit = { rate: together.belief, noise }
    const apart = groups.reduce((sum, cells) => sum + likeliest(cells, fit, COARSE).evidence, 0)
    return { noise, evidence: Math.max(together.evidence, apart) }
  })
  const least = Math.max(...fits.map(({ evidence }) => evidence)) - NOISE_TOLERANCE
  const noise = Math.max(...fits.flatMap((fit) => (fit.evidence >= least ? fit.noise : [])))
  return { rate: fitRates(all, { rate: prior, noise }), noise }
}

/**
 * How records change that were seen in this way: the prior, narrowed by what was seen. Looks are interval-censored: a
 * look says whether a record changed since the one before, not when, nor how often. Of all shapes and means the likeliest
 * belief is taken, where the likelihood of a record's looks is its average over the rates that the record may have.
 */
export function fitRates(cells: readonly LookCell[], prior: RateFit): RateBelief {
  return cells.length === 0 ? prior.rate : likeliest(cells, prior, FINE).belief
}

function likeliest(cells: readonly LookCell[], { rate: prior, noise }: RateFit, { shapes, exactness }: Search) {
  const seen = cells.map((cell) => ({ records: cell.records, logs: likelihoodsOf(cell, noise) })).map(relative)
  const evidence = (belief: RateBelief) => {
    const chances = probabilities(belief)
    let sum = nearness(belief, prior)
    for (const { records, most, likelihoods } of seen) sum += records * (most + safeLog(average(chances, likelihoods)))
    return sum
  }
  const fits = shapes.map((shape) => {
    const withMean = (log: number): RateBelief => ({ shape, days: shape / Math.exp(log) })
    const belief = withMean(highest((log) => evidence(withMean(log)), exactness))
    return { belief, evidence: evidence(belief) }
  })
  return fits.reduce((a, b) => (b.evidence > a.evidence ? b : a))
}

/** The logarithm of how likely a belief is beside the prior, before anything was seen. */
function nearness(belief: RateBelief, prior: RateBelief): number {
  const mean = Math.log(meanRate(belief) / meanRate(prior)) / MEAN_SPREAD
  const shape = Math.log(belief.shape / prior.shape) / SHAPE_SPREAD
  return -(mean * mean + shape * shape) / 2
}

/** The logarithm of how likely a record's looks are, at each of `RATES`. */
function likelihoodsOf({ looks, changed, unchangedDays, changedDays }: LookCell, noise: number): number[] {
  const age = changed === 0 ? 0 : changedDays / changed
  return RATES.map((rate) => {
    const seenChanged = changed === 0 ? 0 : changed * safeLog(noise + (1 - noise) * -Math.expm1(-rate * age))
    const seenStill = looks === changed ? 0 : (looks - changed) * safeLog(1 - noise) - rate * unchangedDays
    return seenChanged + seenStill
  })
}

/** Likelihoods as parts of the largest, and its logarithm: small ones would be 0. */
function relative({ records, logs }: { readonly records: number; readonly logs: readonly number[] }) {
  return { records, most: Math.max(...logs), likelihoods: scaled(logs) }
}

function average(chances: readonly number[], values: readonly number[]): number {
  let sum = 0
  for (let at = 0; at < chances.length; at += 1) sum += (chances[at] as number) * (values[at] as number)
  return sum
}

function safeLog(value: number): number {
  return Math.log(Math.max(value, Number.MIN_VALUE))
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The rate's logarithm at which a function of one peak is highest, by golden section. */
function highest(of: (log: number) => number, exactness: number): number {
  let [low, high] = [Math.log(LOWEST_RATE), Math.log(HIGHEST_RATE)]
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [atLeft, atRight] = [of(left), of(right)]
  while (high - low > exactness) {
    if (atLeft > atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - GOLDEN * (high - low)
      atLeft = of(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + GOLDEN * (high - low)
      atRight = of(right)
    }
  }
  return (low + high) / 2
}

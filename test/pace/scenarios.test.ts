import { describe, expect, test } from 'vitest'
import { figures, missed, OURS } from '../../bench/pace/figures.ts'
import { SCENARIOS } from '../../bench/pace/scenarios.ts'

/** The hour of drift takes too long for a test; `npm run bench:pace` has it. */
const TOO_LONG = new Set(['drift', 'unwarned'])
const SEEDS = 3

describe.each(SCENARIOS.filter(({ name }) => !TOO_LONG.has(name)))('$title', (scenario) => {
  test('the pace reaches what it must', () => {
    const found = figures(scenario, OURS, SEEDS)
    expect(scenario.targets.map((target) => missed(target, found)).filter((why) => why !== null)).toEqual([])
  })
})

import { parentPort } from 'node:worker_threads'
import { BOUND, figures, OURS, RIVALS } from './figures.ts'
import { SCENARIOS } from './scenarios.ts'

/** Works at one contender in one scenario at a time. */
parentPort?.on('message', ({ scenario: named, contender, seeds }) => {
  const scenario = SCENARIOS.find(({ name }) => name === named)
  const found = [OURS, BOUND, ...RIVALS].find(({ name }) => name === contender)
  if (scenario === undefined || found === undefined) throw new Error(`no ${contender} in ${named}`)
  const began = performance.now()
  const result = figures(scenario, found, seeds)
  parentPort?.postMessage({ scenario: named, contender, seeds, figures: result, tookMs: performance.now() - began })
})

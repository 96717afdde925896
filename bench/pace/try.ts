// A quick look: `npx jiti bench/pace/try.ts [scenario] [seeds] [rivals|trace]`
import { drive } from './drive.ts'
import { figuresOf, knowing, together } from './measure.ts'
import { Ours } from './ours.ts'
import { randomFrom } from './random.ts'
import { Fixed, Gradient2, PlainAimd, Vegas } from './rivals.ts'
import { SCENARIOS } from './scenarios.ts'

const [only = 'all', seedsWanted = '5', how = ''] = process.argv.slice(2)
for (const scenario of SCENARIOS) {
  if (only !== 'all' && !scenario.name.startsWith(only)) continue
  const makers: [string, (seed: number) => import('./drive.ts').Decider][] = [
    ['ours', () => new Ours(200, scenario.configured)],
    ['knowing', () => knowing(scenario)],
  ]
  if (how === 'rivals')
    makers.push(
      ['fixed 8', () => new Fixed(8)],
      ['aimd', () => new PlainAimd(200)],
      ['gradient2', () => new Gradient2(200)],
      ['vegas', (seed) => new Vegas(200, randomFrom(seed + 7))],
    )
  for (const [name, make] of makers) {
    const began = performance.now()
    const all = []
    for (let seed = 1; seed <= Number(seedsWanted); seed++) {
      const decider = make(seed)
      const course = drive(decider, scenario.model, { seed, ms: scenario.ms, instants: scenario.changes ?? [] })
      all.push(figuresOf(scenario, course))
      if (how === 'trace' && name === 'ours' && seed === 1)
        console.log(
          course.limits
            .map((l, i) => (i % 5 === 0 ? l : ''))
            .filter(String)
            .slice(0, 240)
            .join(' '),
        )
    }
    const f = together(all)
    const n = (x: number, d = 3) => x.toFixed(d)
    console.log(
      `${scenario.name.padEnd(18)} ${name.padEnd(10)} good ${n(f.goodput)} (min ${n(Math.min(...all.map((x) => x.goodput)))}) slow ${n(f.slowdown, 2)} thr ${n(100 * f.throttled, 2)}% coll ${f.collapses} lost ${n(f.lost, 1)} to90 ${f.to90Ms} rec ${f.recoverMs} into ${f.sentInto}  [${Math.round(performance.now() - began)} ms]`,
    )
  }
}

// `npx jiti test/judge/malice/main.ts [REPLIES] [SEED]`: reads so many hostile replies; see ../README.md.
import { readMalice } from './malice.ts'
import { allWays } from './ways.ts'
import { hostileWire } from './wire.ts'

const [replies = 1_000_000, seed = Math.floor(Math.random() * 1e9)] = process.argv.slice(2).map(Number)
const from = performance.now()
const wire = await hostileWire()
const verdict = await readMalice(await allWays(), { replies, seed, wire, wireEvery: 100 })
wire.close()
const { maxRSS } = process.resourceUsage()
console.log(`seed ${seed}, ${Math.round((performance.now() - from) / 1_000)} s, ${Math.round(maxRSS / 1_024)} MiB`)
console.log(JSON.stringify({ ...verdict, slowestMs: Math.round(verdict.slowestMs) }, null, 2))
process.exitCode = verdict.problems.length > 0 ? 1 : 0

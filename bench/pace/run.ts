// `npm run bench:pace` writes RESULTS.md and plots/ beside this file, and says what was not reached.
// `npm run bench:pace -- NAME…` shows the figures of some scenarios, and writes nothing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Done } from './drive.ts'
import { BOUND, courseOf, missed, OURS, RIVALS } from './figures.ts'
import { type Result, section } from './page.ts'
import { plot } from './plot.ts'
import { SCENARIOS } from './scenarios.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)
const scenarios = SCENARIOS.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)))
const began = performance.now()
const results = await measureAll()
const tookS = Math.round((performance.now() - began) / 1000)
const sections = scenarios.map((scenario) =>
  section(
    scenario,
    results.filter((one) => one.scenario === scenario.name),
  ),
)
if (wanted.length === 0) writePage()
else console.log(sections.join('\n'))
const misses = scenarios.flatMap(({ name, targets }) => {
  const own = results.find(({ scenario, contender }) => scenario === name && contender === OURS.name)
  const missing = targets.map((target) => (own === undefined ? null : missed(target, own.figures)))
  return missing.filter((why) => why !== null).map((why) => `${name}: ${why}`)
})
for (const miss of misses) console.error(`not reached: ${miss}`)
console.error(`${results.reduce((sum, { seeds }) => sum + seeds, 0)} runs in ${tookS} s`)

/** Every contender in every scenario, over all cores; the long ones first. */
async function measureAll(): Promise<Result[]> {
  const jobs = scenarios.flatMap(({ name, seeds, rivalSeeds }) => [
    { scenario: name, contender: OURS.name, seeds },
    { scenario: name, contender: BOUND.name, seeds: rivalSeeds },
    ...RIVALS.map((rival) => ({ scenario: name, contender: rival.name, seeds: rivalSeeds })),
  ])
  const order = jobs.map((job) => job)
  const done: Result[] = []
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('worker-start.mjs', import.meta.url))
      const next = () => {
        const job = order.shift()
        if (job === undefined) void worker.terminate().then(() => resolve())
        else worker.postMessage(job)
      }
      worker.on('message', (result: Result) => {
        done.push(result)
        next()
      })
      worker.on('error', reject)
      next()
    })
  await Promise.all(cpus().map(work))
  const place = (one: Result) =>
    jobs.findIndex((job) => job.scenario === one.scenario && job.contender === one.contender)
  return done.toSorted((a, b) => place(a) - place(b))
}

function writePage(): void {
  mkdirSync(`${here}plots`, { recursive: true })
  for (const scenario of scenarios) {
    const shown = [OURS, ...RIVALS.filter(({ name }) => name === 'Gradient2' || name === 'plain AIMD')]
    const courses = shown.map((contender) => {
      const done: Done[] = []
      const course = courseOf(scenario, contender, 1, (one) => done.push(one))
      return { name: contender.name, course, done }
    })
    writeFileSync(`${here}plots/${scenario.name}.svg`, plot(scenario, courses))
  }
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  const intro = readFileSync(`${here}INTRO.md`, 'utf8')
    .replace('{machine}', machine)
    .replace('{seconds}', String(tookS))
  writeFileSync(`${here}RESULTS.md`, `${intro}\n${sections.join('\n')}`)
}

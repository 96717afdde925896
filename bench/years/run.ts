// `npm run bench:years` writes RESULTS.md beside this file: 1,000 random years. `npm run bench:years -- 20` shows fewer,
// and writes nothing.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { CONTENDERS } from './contenders.ts'
import type { YearFigures } from './worker.ts'

const MONTH_MS = 30.44 * 86_400_000
const years = Number(process.argv[2] ?? 1_000)
const began = performance.now()
const all = await measure()
const rows = Object.keys(CONTENDERS).map((name) =>
  row(
    name,
    all.map((year) => year[name] as YearFigures),
  ),
)
const text = `# A year on its own, measured

\`npm run bench:years\` writes this page: ${years.toLocaleString('en-US')} random years of one account, twelve billing cycles each, in virtual time. The
decision (\`src/schedule\`), the books (\`src/domain/books/ledger.ts\`, \`src/refresh/begin/opening-books.ts\`) and the calendar are those that
run; the vendor, the machines and the people are modelled. A year has a zone, an anchor day, a daily load (fewer on
weekends, uneven), people who take credits, top-ups, a vendor that needs from ten minutes to two days for the whole
allotment and is away now and then, one machine or two with daemons that tick every 5 to 60 minutes, clocks that are up
to 90 s off, machines that are down for hours, processes that are killed with calls in flight.

**Unused** is a share of the allotment, at the reset; **least possible** is what somebody who knows everything would
have left (the vendor cannot serve more). **Before the reset**: how old fresh data is at the reset, as a mean over the credits
that were spent. **Overspent**: a run that cost more than its budget or went below its reserve.
**Into the new cycle**: credits of the new cycle that an old run has spent. **Short**: daily loads that found too few
credits, and what was missing as a share of all that they wanted. The scripts know neither reserve nor reset, and what
dies is not started again. Not modelled: calls that are in flight just when somebody else takes credits; what others
took is known with the next reply.

**Rows right**: of a table with records that change every two years, and each of which is refreshed once a year: in the mean
over time, which how early the run is makes no difference to, and just at the reset; by the model, from what was unused and how
old fresh data was.

| who | unused, mean | median | 95th percentile | least possible, mean | before the reset | overspent | into the new cycle | daily loads short | missing | runs | resumed | rows right, mean | at the reset |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
process.stdout.write(text)
console.error(`${Math.round((performance.now() - began) / 1_000)} s`)
if (process.argv[2] === undefined) writeFileSync(fileURLToPath(new URL('RESULTS.md', import.meta.url)), text)

async function measure(): Promise<Record<string, YearFigures>[]> {
  const seeds = Array.from({ length: years }, (_, i) => i + 1)
  const done: Record<string, YearFigures>[] = []
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('worker-start.mjs', import.meta.url))
      const next = () => {
        const seed = seeds.shift()
        if (seed === undefined) void worker.terminate().then(() => resolve())
        else worker.postMessage(seed)
      }
      worker.on('message', (figures: Record<string, YearFigures>) => {
        done.push(figures)
        next()
      })
      worker.on('error', reject)
      next()
    })
  await Promise.all(cpus().map(work))
  return done
}

function row(name: string, years: readonly YearFigures[]): string {
  const shares = years.flatMap(({ unused }) => unused).toSorted((a, b) => a - b)
  const sum = (read: (year: YearFigures) => number) => years.reduce((total, year) => total + read(year), 0)
  const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length
  const at = (part: number) => shares[Math.floor(part * shares.length)] ?? 0
  const cells = [
    percent(mean(shares)),
    percent(at(0.5)),
    percent(at(0.95)),
    percent(mean(years.flatMap(({ least }) => least))),
    `${(sum((year) => year.spentEarlyMs) / sum((year) => year.spent) / 3_600_000).toFixed(1)} h`,
    ...[sum((year) => year.overspent), sum((year) => year.intoNewCycle), sum((year) => year.shortDays)].map(count),
    percent(sum((year) => year.short) / sum((year) => year.wanted)),
    ...[sum((year) => year.runs), sum((year) => year.resumed)].map(count),
    ...rowsRight(
      sum((year) => year.spentEarlyMs) / sum((year) => year.spent) / MONTH_MS,
      sum((year) => year.spent) / sum((year) => year.spent + year.unused.reduce((all, unused) => all + unused, 0)),
    ).map((share) => `${(100 * share).toFixed(3)} %`),
  ]
  return `| ${[name, ...cells].join(' | ')} |`
}

/** `early`: how old fresh data is at the reset, in months; `used`: the share of the credits that were there for it. */
function rowsRight(early: number, used: number): readonly [mean: number, atReset: number] {
  const changes = 1 / 24
  const period = 12 / used
  const lost = 1 - Math.exp(-changes * period)
  return [lost / (changes * period), (Math.exp(-changes * early) * lost) / (period * (1 - Math.exp(-changes)))]
}

function percent(share: number): string {
  return share === 0 ? '0' : `${Number((100 * share).toPrecision(2))} %`
}

function count(of: number): string {
  return of.toLocaleString('en-US')
}

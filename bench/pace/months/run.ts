// `npm run bench:months` writes MONTHS.md beside bench/pace/RESULTS.md: 200 random months, or as many as are named.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CONTENDERS, drive, type Ended } from './drive.ts'
import { monthOf } from './month.ts'

const months = Number(process.argv[2] ?? 200)
const all = Array.from({ length: months }, (_, i) => monthOf(i + 1))
const possible = all.filter((month) => drive(month, () => () => null).left < 1)
const began = performance.now()
const rows = Object.entries(CONTENDERS).map(([name, pacer]) => {
  const ends = possible.map((month) => ({ month, ...drive(month, pacer) }))
  const late = ends.filter(({ left }) => left >= 1)
  const share = ends.map(({ left, month }) => left / month.credits)
  const worst = late.length === 0 ? '–' : percent(Math.max(...late.map(({ left, month }) => left / month.credits)))
  const figures = [late.length, percent(sum(share) / share.length), worst, ...gentleness(ends)]
  for (const { month, left } of late)
    if (name.includes('steady')) console.error(`late: seed ${month.seed}, ${left} of ${month.credits} left`)
  return `| ${[name, ...figures].join(' | ')} |`
})
const text = `# Spread over the time, measured

\`npm run bench:months\` writes this page: ${months} random last hours before a reset (3 to 72 of them), of which ${possible.length} can be
done at all at full pace. In each the vendor's capacity swings, the vendor is away (up to an hour at a time, up to three
times a day), the share of records that match is unknown and drifts, others take from the account, and the process dies
and comes back. Nobody is told any of it before it happens. It is a model in virtual time of ten-second steps; what decides is
what runs: \`src/pacing/spreading.ts\` and \`src/refresh/open/spread-work.ts\`.

**Late** is a month in which a credit was left that full pace would have spent. **Busiest** (what the fastest
twentieth of the time begins at) and **mean** are rates as a share of what the vendor could have served at that moment, the
mean over all months; **time to spare** is the median, as a share of the time.

| who | late | left, mean | left, worst | busiest | mean | time to spare |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`
process.stdout.write(text)
console.error(`${Math.round(performance.now() - began)} ms`)
if (process.argv[2] === undefined) writeFileSync(fileURLToPath(new URL('../MONTHS.md', import.meta.url)), text)

function gentleness(ends: readonly Ended[]): string[] {
  const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length
  const spares = ends.map(({ spare }) => spare).toSorted((a, b) => a - b)
  const median = spares[Math.floor(spares.length / 2)] ?? 0
  return [
    mean(ends.map(({ busiest }) => busiest)).toFixed(2),
    mean(ends.map((end) => end.mean)).toFixed(2),
    percent(median),
  ]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`
}

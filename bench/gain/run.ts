// `npm run bench:gain` writes RESULTS.md beside this file: five seeds of each world. `npm run bench:gain -- 2` shows fewer,
// `npm run bench:gain -- 5 'third day'` those of the worlds whose name has these words; both write nothing.
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Course, play } from './months.ts'
import { ORDERS } from './orders.ts'
import { WORLDS } from './world.ts'

const seeds = Number(process.argv[2] ?? 5)
const began = performance.now()
const sections = Object.entries(WORLDS)
  .filter(([name]) => name.includes(process.argv[3] ?? ''))
  .map(([name, world]) => {
    const courses = Object.entries(ORDERS).map(([order, orderOf]): [string, Course[]] => {
      return [order, Array.from({ length: seeds }, (_, seed) => play(world, orderOf, seed + 1))]
    })
    return `## ${name}\n\n${table(courses)}\n`
  })
const seconds = Math.round((performance.now() - began) / 1_000)
const text = `# What a credit buys, measured

\`npm run bench:gain\` writes this page: ${seeds} seeds of each world, 36 months each, in virtual time, without a database. The
estimates and the order (\`src/domain/gain\`) are those that run; the people, their changes and the vendor are modelled
(\`bench/gain/world.ts\`). Unless the world says otherwise there are 3,000 people and credits for 300 a month, groups that
the user has named, of 0.06, 0.5 and 3 changes a year, and each person's own rate varies by a half about the group's. One
in ten was never refreshed; the others are up to a year old. All orders meet the same changes on the same days.

**Right**: share of the rows that are right, by weight, as an average over the year. **Rows**: the same without weights,
over the last 18 months. **Worst group**: the same as "right" of the group that is worst off, over the last 18 months. **Corrections**: rows that a credit puts right. **Of the oracle's**: how much of
what the oracle gains over stalest first, in the second and third year; empty where it gains less than half a point.
"Likeliest wrong", "myopic" (most right days until next month) and the oracle are told every rate, the oracle also whom
the vendor has; ours knows what it has seen.

${sections.join('\n')}
Measured in ${seconds} s on ${cpus().length} cores with ${Math.round(totalmem() / 2 ** 30)} GiB of memory, in one process.
`
process.stdout.write(text)
if (process.argv[2] === undefined) writeFileSync(fileURLToPath(new URL('RESULTS.md', import.meta.url)), text)

function table(courses: readonly [string, Course[]][]): string {
  const later = (order: string) => mean(courses.find(([name]) => name === order)?.[1] ?? [], laterRight)
  const most = later('oracle') - later('stalest first')
  const rows = courses.map(([order, all]) => {
    const share = most < 0.005 ? '' : ((mean(all, laterRight) - later('stalest first')) / most).toFixed(2)
    const years = [0, 1, 2].map((year) => percent(mean(all, ({ years }) => years[year] as number)))
    const corrections = mean(all, (course) => course.corrections / course.spent).toFixed(2)
    return `| ${[order, ...years, percent(mean(all, ({ rows }) => rows)), percent(mean(all, ({ worst }) => worst)), corrections, share].join(' | ')} |`
  })
  const head =
    "| order | right, year 1 | year 2 | year 3 | rows | worst group | corrections a credit | of the oracle's |"
  return [head, '|---|---|---|---|---|---|---|---|', ...rows].join('\n')
}

function laterRight({ years }: Course): number {
  return ((years[1] as number) + (years[2] as number)) / 2
}

function mean(courses: readonly Course[], read: (course: Course) => number): number {
  return courses.reduce((sum, course) => sum + read(course), 0) / courses.length
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

// Runs all benchmarks, each measurement in a process of its own, and writes bench/RESULTS.md.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine } from './support.mjs'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const DIALECTS = ['sqlite', 'postgresql', 'mysql']

function measure(script, ...args) {
  process.stderr.write(`${script} ${args.join(' ')}\n`)
  return JSON.parse(execFileSync(process.execPath, [here(script), ...args.map(String)], { encoding: 'utf8' }))
}

const round = (value, digits = 0) => value.toLocaleString('en-US', { maximumFractionDigits: digits })
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

function throughput() {
  const rounds = DIALECTS.flatMap((dialect) =>
    [1, 2, 3].map(() => {
      const got = measure('throughput.mjs', 'got', 15_000)
      const ours = measure('throughput.mjs', dialect, 15_000)
      return { dialect, got, ours, ratio: ours.perSecond / got.perSecond }
    }),
  )
  return DIALECTS.map((dialect) => {
    const own = rounds.filter((round) => round.dialect === dialect)
    const mid = (read) => median(own.map(read))
    return `| ${dialect} | ${round(mid((r) => r.got.perSecond))} | ${round(mid((r) => r.ours.perSecond))} | ${round(
      mid((r) => r.ratio),
      2,
    )} | ${round(mid((r) => r.got.cpuUs))} | ${round(mid((r) => r.ours.cpuUs))} |`
  })
}

function checkpoints() {
  return DIALECTS.map((dialect) => {
    const { batchedPerSecond, oneByOnePerSecond, ratio } = measure('checkpoint.mjs', dialect, 20_000)
    return `| ${dialect} | ${round(oneByOnePerSecond)} | ${round(batchedPerSecond)} | ${round(ratio, 1)} |`
  })
}

function scales() {
  return DIALECTS.flatMap((dialect) =>
    [10_000, 100_000, 1_000_000].map((selected) => {
      const rounds = [1, 2, 3].map(() => measure('scale.mjs', dialect, selected))
      const mid = (name, digits) => round(median(rounds.map((figures) => figures[name])), digits)
      return `| ${dialect} | ${round(selected)} | ${mid('selectSeconds', 1)} | ${mid('firstOutcomeMs')} | ${mid('usPerRecord')} | ${mid('peakMiB')} |`
    }),
  )
}

function bulks() {
  return DIALECTS.map((dialect) => {
    const mid = (...args) => median([1, 2, 3].map(() => measure('bulk.mjs', dialect, ...args).perSecond))
    const [single, atOnce] = [
      median([1, 2, 3].map(() => measure('throughput.mjs', dialect, 15_000).perSecond)),
      mid(150_000, 32),
    ]
    return `| ${dialect} | ${round(single)} | ${round(atOnce)} | ${round(atOnce / single, 1)} |`
  })
}

function sideBySide() {
  return DIALECTS.flatMap((dialect) =>
    [50, 200, 500].map((latencyMs) => {
      const seconds = (maxConcurrent, times) =>
        3_000 / median(times.map(() => measure('bulk.mjs', dialect, 3_000, maxConcurrent, latencyMs).perSecond))
      const [alone, beside] = [seconds(1, [1]), seconds(30, [1, 2, 3])]
      return `| ${dialect} | ${latencyMs} | ${round(alone, 2)} | ${round(beside, 2)} | ${round(100 * (1 - beside / alone))} % |`
    }),
  )
}

function starts() {
  const all = DIALECTS.map((dialect) => ({ dialect, ...measure('start.mjs', dialect) }))
  const named = Object.keys(all[0])
  const row = (cells) => `| ${cells.join(' | ')} |`
  return [row(named), row(named.map(() => '---')), ...all.map((each) => row(Object.values(each)))]
}

const text = `# Benchmarks

\`npm run bench\` writes this page. Machine: ${machine()}; the vendor, PostgreSQL and spenddown share it. Figures of
different machines do not compare; ratios within one run do.

## Calls a second against a vendor that answers at once

100 calls at once; medians of three pairs, each measurement in a process of its own. The CPU is the whole process's,
database thread included.

| database | bare got, calls/s | spenddown, calls/s | ratio | bare got, µs CPU a call | spenddown, µs CPU a record |
|---|---|---|---|---|---|
${throughput().join('\n')}

## A checkpoint of 100 records, and one record at a time

The same writes: the record, its item, its call, the run and the account; one at a time with \`prisma.update\` in a
transaction a record.

| database | one at a time, records/s | batched, records/s | ratio |
|---|---|---|---|
${checkpoints().join('\n')}

## Runs of different sizes

The same 8,000 records are worked after a resume, 100 calls at once; medians of three. The first outcome is from the start of the resuming
call, loading included, to the first committed outcome.

| database | records selected | selecting, s | first outcome after resuming, ms | µs a record | peak memory, MiB |
|---|---|---|---|---|---|
${scales().join('\n')}

## Bulk calls of 100 records

Records a second, medians of three, against a vendor that answers at once, in single calls (100 at once) and in bulk
calls (32 at once).

| database | single | bulk | ratio |
|---|---|---|---|
${bulks().join('\n')}

3,000 records in 30 bulk calls, one after another and 30 at once, after a run that has learned the pace: a run begins at
half of what was borne before. 3,000 records are 0.15 s of work for these two cores, however quick the vendor is.

| database | a call takes, ms | one after another, s | side by side, s | less |
|---|---|---|---|---|
${sideBySide().join('\n')}

## How long commands take

Milliseconds, medians of nine, each in a process of its own on a database that has had a run; \`node\` is \`node -e 0\`.

${starts().join('\n')}
`
// What takes too long to run here is written by hand, behind this line, and stays.
const BY_HAND = '<!-- by hand -->'
const [, byHand = '\n'] = readFileSync(here('RESULTS.md'), 'utf8').split(BY_HAND)
writeFileSync(here('RESULTS.md'), `${text}\n${BY_HAND}${byHand}`)
process.stdout.write(text)

import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { tick } from '../../../src/app/daemon/tick.ts'
import { startRun } from '../../../src/app/run/run.ts'
import type { Config } from '../../../src/config/config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { SpenddownConfig } from '../../../src/index.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import type { Stage } from '../support/stage.ts'

const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** The stage's config with a job that is due: the account is reset in an hour. */
function due(stage: Stage, more: Partial<SpenddownConfig>): Config {
  const resetAt = Date.now() + 3_600_000
  const cycle = { resetsAt: () => new Date(resetAt) }
  const raw = stage.config({ job: { schedule: { beforeReset: '12h' } }, credits: { cycle } })
  const resolved = resolveConfig({ ...raw, ...more })
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

/** Does what is due, and hears what people are told. */
async function scheduled(stage: Stage, more: Partial<SpenddownConfig>) {
  const hook = await scriptedVendor(() => ({}))
  const config = due(stage, { ...more, notify: { url: hook.url } })
  const warnings: { message: string; reason?: string }[] = []
  const warn = (fields: object, message: string) => void warnings.push({ message, ...fields })
  const { due: what } = await tick(config, { log: quiet, now: Date.now })
  if (what === null) throw new Error('nothing is due')
  const summary = await startRun(config, what, { log: { ...quiet, warn } }).summary
  return { summary, warnings, message: JSON.parse(hook.calls.at(-1)?.body ?? '{}'), dir: config.report?.dir ?? '' }
}

onOneStage((begin) => {
  test('a scheduled run leaves its report, whole and named by its day, and the message links to it', async () => {
    const stage = await begin({ people: 8 })
    const folder = stage.config().journalDir ?? ''
    const dir = join(folder, 'reports')
    mkdirSync(dir)
    const old = ['2026-08-31', '2026-09-30'].map((day, at) => `${day}-month-end-20260101-012345678${at}.html`)
    for (const name of [...old, 'index.html']) writeFileSync(join(dir, name), 'of before')

    const baseUrl = 'https://intranet.example/spenddown'
    const { summary, message } = await scheduled(stage, { report: { dir, keep: 2, baseUrl } })
    const name = `${summary.startedAt.slice(0, 10)}-month-end-${summary.runId}.html`
    expect(readdirSync(dir).toSorted()).toEqual([old[1], name, 'index.html'])
    expect(readFileSync(join(dir, name), 'utf8')).toMatch(
      /^<!doctype html>[\s\S]*8 refreshed records[\s\S]*<\/html>\n$/,
    )
    expect(message).toMatchObject({ report: `${baseUrl}/${name}`, data: { runId: summary.runId } })
    expect(message.message).toMatch(`· report: ${baseUrl}/${name}`)
  })

  test('without a word of config it is beside the journal, and the message names its path', async () => {
    const stage = await begin({ people: 3 })
    const { message, dir } = await scheduled(stage, {})
    expect(dir).toBe(join(stage.config().journalDir ?? '', 'spenddown-reports'))
    expect(readdirSync(dir)).toHaveLength(1)
    expect(message.report).toBe(join(dir, readdirSync(dir)[0] ?? ''))
  })

  test('of one day those that were written last stay, and always the one that is linked', async () => {
    const stage = await begin({ people: 3 })
    const dir = join(stage.config().journalDir ?? '', 'reports')
    mkdirSync(dir)
    // By its name each of them comes after the report that is written now.
    const names = ['c', 'b', 'a'].map((digit) => `2099-01-01-z-20990101-${digit.repeat(10)}.html`)
    for (const [at, name] of names.entries()) {
      writeFileSync(join(dir, name), 'of before')
      utimesSync(join(dir, name), 1_000 + at, 1_000 + at)
    }
    const { message } = await scheduled(stage, { report: { dir, keep: 2 } })
    expect(readdirSync(dir).toSorted()).toEqual([basename(message.report), names[2]])
  })

  test('an old report that cannot be removed is a warning, and the new one is linked all the same', async () => {
    const stage = await begin({ people: 3 })
    const dir = join(stage.config().journalDir ?? '', 'reports')
    mkdirSync(join(dir, '2020-01-01-a-20200101-0123456789.html'), { recursive: true })
    const { message, warnings } = await scheduled(stage, { report: { dir, keep: 1 } })
    expect(existsSync(message.report)).toBe(true)
    expect(warnings).toMatchObject([{ message: 'old reports could not be removed' }])
  })

  test('a report that cannot be written is a warning, and never the reason that a run fails', async () => {
    const stage = await begin({ people: 3 })
    const file = join(stage.config().journalDir ?? '', 'no-folder')
    writeFileSync(file, '')
    const { summary, warnings, message } = await scheduled(stage, { report: { dir: file } })
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 3 } })
    expect(warnings).toMatchObject([{ message: expect.stringContaining('the report was not written') }])
    expect(message).not.toHaveProperty('report')
  })

  test('none is written where none is wanted, and none of a run that a person began', async () => {
    const stage = await begin({ people: 3 })
    const { dir, message } = await scheduled(stage, { report: false })
    expect(dir).toBe('')
    expect(message).toMatchObject({ type: 'run.completed' })
    await stage.run({}, { limit: 1 })
    expect(readdirSync(stage.config().journalDir ?? '').filter((name) => name.includes('report'))).toEqual([])
  })
})

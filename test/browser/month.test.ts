import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { noteAlive } from '../../src/app/daemon/note-alive.ts'
import { keepDashboard } from '../../src/app/dashboard/dashboard-service.ts'
import { judgeAccount, shownIn } from '../../src/app/plan/judgement.ts'
import { controlRun } from '../../src/app/run/control-run.ts'
import { startRun } from '../../src/app/run/run.ts'
import { describeJudgement } from '../../src/cli/describe-judgement.ts'
import type { Config } from '../../src/config/config.ts'
import { resolveConfig } from '../../src/config/resolve-config.ts'
import type { Verdict } from '../../src/domain/judgement/judgement.ts'
import { VERDICT_WORDS } from '../../src/domain/judgement/judgement-words.ts'
import { runFrame } from '../../src/observability/display/run/run-frame.ts'
import { judgementOf } from '../../src/observability/display/run/run-outlook.ts'
import { heard, type RunView } from '../../src/observability/display/run/run-view.ts'
import { timesIn } from '../../src/observability/display/times.ts'
import { Metrics } from '../../src/observability/metrics/metrics.ts'
import { forecastMessage } from '../../src/observability/notify/message.ts'
import { takeAway } from '../crash/support/outages.ts'
import { type Stage, setStage } from '../integration/support/stage.ts'
import { databases } from '../support/databases/databases.ts'
import { expectFitAndAccessible, type Looking, startLooking } from './looking.ts'

const executable = inject('chromium')
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const ZONE = 'America/New_York'
const HOUR_MS = 3_600_000
/** Within so long every place has to say it. */
const WITHIN_MS = 20_000
/** Where the pictures go, and what each place said: a folder; unset: nowhere. */
const PICTURES = process.env.SPENDDOWN_PICTURES

let looking: Looking
let stage: Stage
let config: Config
let page: Page
let resetAt = 0
let view: RunView | null = null
const closing: (() => Promise<unknown>)[] = []
const told: string[] = []

beforeAll(async () => {
  if (executable === null || !databases.includes('postgresql')) return
  looking = await startLooking(executable)
  stage = await setStage('postgresql', {
    people: 3_000,
    vendor: { allotment: 2_400, latencyMs: { min: 20, max: 40 } },
  })
  resetAt = Date.now() + 48 * HOUR_MS
  const cycle = { timeZone: ZONE, resetsAt: () => new Date(resetAt) }
  const job = { schedule: { beforeReset: '12h' as const }, reserve: 50 }
  const resolved = resolveConfig(stage.config({ job, vendor: { limits: { maxConcurrent: 2 } }, credits: { cycle } }))
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  config = resolved.config
  const kept = await keepDashboard(config, { host: '127.0.0.1', port: 0 }, silent)
  page = await looking.open()
  await page.goto(kept.url)
  closing.push(
    () => looking.close(),
    () => kept.close(),
    () => stage.clear(),
  )
})

afterAll(async () => {
  for (const close of closing) await close()
})

/** A run in this process, with what a terminal would know of it. */
function begin(what: Parameters<typeof startRun>[1]) {
  const handle = startRun(config, what, {
    log: silent,
    onEvent: (event) => {
      view = heard(view, event, Date.now())
    },
  })
  const end = async () => {
    handle.stop()
    const summary = await handle.summary
    view = null
    return summary
  }
  return { handle, end }
}

interface Seen {
  readonly verdict: string
  readonly lines: readonly string[]
}

/** What each place says now. */
async function everywhere(): Promise<Readonly<Record<string, Seen>>> {
  const judgement = await judgeAccount(config)
  const status = shownIn(config, judgement)
  const metrics = new Metrics('acme', [])
  metrics.judged(judgement)
  const series = (await metrics.text()).split('\n').filter((line) => /^spenddown_(verdict|at_stake)/.test(line))
  const news = { vendor: 'acme', resetAt: status.resetAt, spendable: 0, expiring: 0, because: [], judgement: status }
  const { message } = forecastMessage(news, Date.now())
  const terminal = terminalLines() ?? describeJudgement(status)
  const { verdict, atStake, cause, command } = status
  return {
    page: await pageNow(),
    terminal: { verdict: worded(terminal[0] ?? ''), lines: terminal },
    'status --json': { verdict, lines: [JSON.stringify({ verdict, atStake, cause, command })] },
    notice: { verdict: worded(message.replace('acme: ', '')), lines: [message] },
    metric: {
      verdict:
        /verdict="(\w+)"} 1$/.exec(series.find((line) => line.endsWith(' 1')) ?? '')?.[1]?.replace('_', '-') ?? '',
      lines: series.filter((line) => !line.endsWith(' 0') || line.includes('at_stake')),
    },
  }
}

/** As the live display has it at 100 columns; null: no run is at work in this process. */
function terminalLines(): string[] | null {
  if (view === null) return null
  const around = { zone: ZONE, rollover: 0, steady: false, resumes: false, isWhole: narrowed === null, isKept: false }
  const judgement = judgementOf(view, { ...around, heldElsewhere: 0, forecast: { kind: 'counting' } }, Date.now())
  const size = { columns: 100, rows: 30 }
  return runFrame(view, Date.now(), { size, color: false, times: timesIn(ZONE), zone: ZONE, judgement })
    .map((line) => line.trimEnd())
    .slice(0, 9)
}

/** The run that flags have narrowed. */
let narrowed: ReturnType<typeof begin> | null = null

/** As a person has it open: it brings itself up to date. */
async function pageNow(): Promise<Seen> {
  const said = page.evaluate<{ lines: string[]; tab: string }>(`({
    lines: [...document.querySelectorAll('.verdict p, #live-note')].map((each) => each.textContent),
    tab: document.title + ' (' + document.querySelector('link[rel=icon]')?.getAttribute('href')?.split('?')[0] + ')',
  })`)
  const { lines, tab } = await said.catch(() => ({ lines: ['it is being loaded again'], tab: '' }))
  return { verdict: worded(lines[0] ?? ''), lines: [...lines, `tab: ${tab}`] }
}

/** The verdict that a sentence begins with; an unreachable database is said in its own words. */
function worded(sentence: string): string {
  if (sentence.includes('database is unreachable')) return 'unknown'
  return Object.entries(VERDICT_WORDS).find(([, words]) => sentence.trim().startsWith(words))?.[0] ?? sentence
}

/** What is lost without the action is what the sentence says. */
function saysOneNumber(lines: readonly string[]): boolean {
  const said = lines.join(' ')
  const [, lost] = /or lose ([\d,]+)/.exec(said) ?? []
  return lost === undefined || said.includes(`: ${lost} of `)
}

/** Waits until every place gives the verdict and the words of the cause, and keeps what they said. */
async function expectEverywhere(scene: string, verdict: Verdict, cause: RegExp): Promise<void> {
  const beganAt = Date.now()
  let all = await everywhere()
  const wrong = () =>
    Object.entries(all).filter(([name, seen]) => {
      const hasCause = name === 'metric' || name === 'status --json' || cause.test(seen.lines.join(' '))
      return seen.verdict !== verdict || !hasCause || !saysOneNumber(seen.lines)
    })
  while (wrong().length > 0 && Date.now() - beganAt < WITHIN_MS) all = await everywhere()
  expect(Object.fromEntries(wrong()), `${scene}: ${verdict}, ${cause}`).toEqual({})
  await picture(scene, all)
}

async function picture(scene: string, all: Readonly<Record<string, Seen>>): Promise<void> {
  if (PICTURES === undefined) return
  mkdirSync(PICTURES, { recursive: true })
  const name = scene.replaceAll(/\W+/g, '-').toLowerCase()
  await page.setViewportSize({ width: 900, height: 560 })
  await page.screenshot({ path: join(PICTURES, `month-${name}.png`) })
  await page.setViewportSize({ width: 1_440, height: 900 })
  const places = Object.entries(all).map(
    ([place, { lines }]) => `${place}\n${lines.map((line) => `    ${line}`).join('\n')}`,
  )
  told.push(`## ${scene}\n\n\`\`\`\n${places.join('\n')}\n\`\`\`\n`)
  writeFileSync(join(PICTURES, 'month.md'), told.join('\n'))
}

const charges = () => stage.vendor.bill.totals().charges
const until = (holds: () => boolean) => expect.poll(holds, { timeout: WITHIN_MS, interval: 50 }).toBe(true)

describe.skipIf(executable === null || !databases.includes('postgresql'))(
  'a month in which everything goes wrong once',
  () => {
    test('each trouble is told on the page, in the terminal, in status, in a notice and as a metric, within 20 s', {
      timeout: 400_000,
    }, async () => {
      await begin({ job: 'month-end', limit: 60 }).handle.summary
      view = null
      await noteAlive(config, Date.now(), 60_000)
      await expectEverywhere('A quiet day', 'on-track', /month-end starts/)

      const run = begin({ job: 'month-end' })
      await until(() => charges() > 120)
      await expectEverywhere('The run is at work', 'on-track', /month-end finishes/)

      stage.vendor.behave({ faults: { error500: {} } })
      await expectEverywhere('The vendor is down', 'at-risk', /No call of month-end has succeeded/)
      stage.vendor.behave({ faults: { error500: null } })
      await expectEverywhere('The vendor is back', 'on-track', /month-end finishes/)

      const before = await judgeAccount(config)
      stage.vendor.spendOutside(500)
      const less = async () => (before.spendable ?? 0) - ((await judgeAccount(config)).spendable ?? 0)
      await expect.poll(less, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(500)
      await expectEverywhere('A colleague spends 500', 'on-track', /month-end finishes/)

      await controlRun(config, 'pause', null, 'ann@desk')
      await expectEverywhere('Paused and forgotten', 'action-required', /was paused by ann@desk/)
      await expectFitAndAccessible(page)
      await controlRun(config, 'continue', null, 'ann@desk')
      await expectEverywhere('Continued', 'on-track', /month-end finishes/)

      const away = takeAway(stage as never, 15_000)
      await expectEverywhere('The database is gone', 'unknown', /atabase (is )?unreachable/)
      const offered = () => page.locator('a.button[href]').count()
      expect(await offered()).toBe(0)
      await away
      await expectEverywhere('The database is back', 'on-track', /month-end finishes/)
      expect(await offered()).toBeGreaterThan(1)

      stage.vendor.behave({ cost: { per: 'match', credits: 2 } })
      const [billed, spendable] = [charges(), (await judgeAccount(config)).spendable ?? 0]
      await until(() => charges() > billed + 20)
      const gone = async () => spendable - ((await judgeAccount(config)).spendable ?? 0)
      await expect.poll(gone, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(30)
      await expectEverywhere('The price doubles', 'on-track', /month-end finishes/)
      stage.vendor.behave({ cost: { per: 'match', credits: 1 } })

      stage.vendor.behave({ faults: { unauthorized: {} } })
      expect(await run.handle.summary).toMatchObject({ status: 'failed' })
      view = null
      await expectEverywhere('The key is revoked', 'action-required', /month-end failed: .*refuse/)
      await expectFitAndAccessible(page)
      stage.vendor.behave({ faults: { unauthorized: null } })

      resetAt = Date.now() + 6 * HOUR_MS
      await noteAlive(config, Date.now() - HOUR_MS, 60_000)
      narrowed = begin({ job: 'month-end', limit: 400 })
      const from = charges()
      await until(() => charges() > from + 20)
      await expectEverywhere('A limit that is too low', 'losing', /was narrowed by flags/)
      stage.vendor.behave({ latencyMs: 0 })
      expect(await narrowed.handle.summary).toMatchObject({ status: 'completed' })
      view = null

      await expectEverywhere('The scheduler is dead', 'action-required', /scheduler was last seen .*month-end is due/)
      await noteAlive(config, Date.now(), 60_000)
      await expectEverywhere('The scheduler is there', 'on-track', /month-end starts now/)

      // The reset has come and gone while nobody was there.
      const passedAt = Date.now() - HOUR_MS
      await stage.execute(
        `UPDATE ${stage.own('balance_reading')} SET at = at - ${2 * HOUR_MS}, reset_at = ${passedAt}`,
        `UPDATE ${stage.own('account')} SET reported_at = ${passedAt - HOUR_MS}`,
        `UPDATE ${stage.own('run')} SET created_at = created_at - ${2 * HOUR_MS}`,
      )
      await noteAlive(config, passedAt - HOUR_MS, 60_000)
      await expectEverywhere('The reset was missed', 'action-required', /expired unused.*left at the reset/)
      await expectFitAndAccessible(page)
    })
  },
)

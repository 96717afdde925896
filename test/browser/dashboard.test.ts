import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { keepDashboard } from '../../src/app/dashboard/dashboard-service.ts'
import { startRun } from '../../src/app/run/run.ts'
import type { Config } from '../../src/config/config.ts'
import { resolveConfig } from '../../src/config/resolve-config.ts'
import { sql } from '../../src/store/sql.ts'
import { type Stage, setStage } from '../integration/support/stage.ts'
import { farCycle } from '../support/far-cycle.ts'
import { expectFitAndAccessible, type Looking, startLooking } from './looking.ts'

const TOKEN = 'k3Xo9-no-two-are-alike'
const HOSTILE = `<img src=x onerror=alert(1)><script>alert(2)</script>"'\u202e{{7*7}}`
const executable = inject('chromium')
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

let looking: Looking
const cleanUps: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  if (executable !== null) looking = await startLooking(executable)
})
afterAll(() => looking?.close())
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

interface Opened {
  readonly stage: Stage
  readonly config: Config
  readonly url: string
  readonly signIn: string
}

async function opened(setting: Parameters<typeof setStage>[1], service?: object): Promise<Opened> {
  const stage = await setStage('sqlite', setting)
  cleanUps.push(() => stage.clear())
  const changes = {
    job: { reserve: 20, schedule: { beforeReset: '12h' } },
    vendor: { limits: { maxConcurrent: 2 }, onUnknown: 'skip' as const },
    credits: { cycle: { ...farCycle(), timeZone: 'America/New_York' } },
  }
  const resolved = resolveConfig({ ...stage.config(changes), ...(service === undefined ? {} : { service }) })
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  const { config } = resolved
  const kept = await keepDashboard(config, { host: '127.0.0.1', port: 0 }, silent)
  cleanUps.push(() => kept.close())
  return { stage, config, url: kept.url, signIn: kept.signInUrl ?? kept.url }
}

/** A run that is at work; it is stopped with the test. */
function begun({ config }: Opened) {
  const handle = startRun(config, {}, { log: silent })
  cleanUps.push(async () => {
    handle.stop()
    await handle.summary
  })
  return handle
}

/** At two calls at once a run takes some 17 s: on any machine there is time to press a button. */
const SLOW = { people: 500, vendor: { allotment: 1_000, latencyMs: { min: 60, max: 80 } } }

async function figureOf(page: Page, name: string): Promise<number> {
  return Number((await page.locator(`[data-live="${name}"]`).first().textContent())?.replaceAll(',', ''))
}

/** A page that is closed before what it looks at is. */
async function browse(options: Parameters<Looking['open']>[0] = {}): Promise<Page> {
  const page = await looking.open(options)
  cleanUps.push(() => page.context().close())
  return page
}

/** As a browser has it that shows the page, or another tab. Headless, every page is seen. */
function seen(page: Page, seen: boolean): Promise<unknown> {
  return page.evaluate(`
    document.querySelector('#live-note').replaceChildren()
    Object.defineProperty(document, 'hidden', { value: ${!seen}, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))`)
}

/** Presses Tab until something of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab')
    if ((await page.locator(':focus').textContent()) === name) return
  }
  throw new Error(`nothing named "${name}" is reached by keyboard`)
}

describe.skipIf(executable === null)('the dashboard in a browser', () => {
  test('a run is watched from its start to its end, paused and continued by keyboard in between', async () => {
    const place = await opened(SLOW)
    const page = await browse()
    await page.goto(place.signIn)
    await expect.poll(() => page.textContent('.verdict')).toContain('Nothing has run yet')
    const handle = begun(place)
    await page.locator('.badge.live', { hasText: 'running' }).first().waitFor()
    await page.locator('h2 a', { hasText: 'Run ' }).click()
    await page.locator('#live-note', { hasText: 'Live' }).waitFor()
    await page.evaluate(() => Object.assign(globalThis, { same: true }))
    const before = await figureOf(page, 'refreshed')
    await expect.poll(() => figureOf(page, 'refreshed')).toBeGreaterThan(before)
    expect(await page.evaluate(() => 'same' in globalThis)).toBe(true)

    await tabTo(page, 'Pause')
    await page.keyboard.press('Enter')
    await page.locator('h1', { hasText: 'Pause this run?' }).waitFor()
    await tabTo(page, 'Pause the run')
    await page.keyboard.press('Enter')
    await page.locator('.badge', { hasText: 'paused' }).waitFor()
    const charges = () => place.stage.vendor.bill.totals().charges
    const seen = [-1]
    const more = () => seen.push(charges()) && seen.at(-1) !== seen.at(-2)
    await expect.poll(more, { interval: 700, timeout: 8_000 }).toBe(false)
    expect(seen.at(-1)).toBeLessThan(500)
    await page.locator('text=was paused by dashboard@').waitFor()

    place.stage.vendor.behave({ latencyMs: 0 })
    await page.click('text=Continue')
    await page.click('button:has-text("Continue the run")')
    await page.locator('.badge', { hasText: 'completed' }).waitFor({ timeout: 60_000 })
    expect(await handle.summary).toMatchObject({ status: 'completed', records: { refreshed: 500 } })
    expect(await figureOf(page, 'refreshed')).toBe(500)
    expect(await page.locator('.course svg[role="img"]:visible').count()).toBe(4)
  })

  test('the charts of a run at work are drawn again, on the page that is open', async () => {
    const place = await opened({ people: 4_000, vendor: { allotment: 8_000, latencyMs: { min: 20, max: 40 } } })
    const page = await browse()
    begun(place)
    await page.goto(place.url)
    await page.locator('h2 a', { hasText: 'Run ' }).click()
    await page.evaluate(() => Object.assign(globalThis, { same: true }))
    const line = () => page.evaluate(`document.querySelector('.course path.spent')?.getAttribute('d')`)
    await expect.poll(line, { timeout: 15_000 }).toContain('M')
    const drawn = await line()
    await expect.poll(line, { timeout: 15_000 }).not.toBe(drawn)
    expect(await page.evaluate(() => 'same' in globalThis)).toBe(true)
  })

  test('more pages are left open than a browser has connections to one host: those that nobody sees let go of theirs', async () => {
    const place = await opened({ people: 5 })
    await begun(place).summary
    const page = await browse()
    const live = (each: Page) => each.locator('#live-note', { hasText: 'Live' }).waitFor({ timeout: 5_000 })
    for (let pages = 0; pages < 8; pages += 1) {
      const next = await page.context().newPage()
      await next.goto(place.url, { timeout: 5_000 })
      await live(next)
      await seen(next, false)
    }
    const again = page.context().pages()[1] as Page
    await seen(again, true)
    await live(again)
  })

  test('an unknown call is settled, by a person who was asked', async () => {
    const place = await opened({ people: 30, vendor: { allotment: 1_000, faults: { resetAfter: { next: 1 } } } })
    await begun(place).summary
    const page = await browse()
    await page.goto(place.signIn)
    await page.locator('.credits', { hasText: '1 held by unknown calls' }).waitFor()
    await page.click('text=Unknown calls')
    await page.getByRole('link', { name: 'charged', exact: true }).click()
    await page.locator('h1', { hasText: /^Was call .* charged\?/ }).waitFor()
    await page.locator('text=This cannot be taken back').waitFor()
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    await page.locator('text=1 call, holding 1 credit').waitFor()
    await page.click('text=Mark all as charged')
    await page.click('button:has-text("Mark all as charged")')
    await page.locator('text=None.').waitFor()
    expect(await page.textContent('table')).toMatch(/charged1dashboard@/)
  })

  test('a hostile key is text, wherever it stands', async () => {
    const place = await opened({ people: 30 })
    const { runId } = await begun(place).summary
    const { client } = place.stage.database.connection
    await client.$executeRaw(
      sql`UPDATE spenddown_item SET key = ${HOSTILE}, reason = ${HOSTILE}, state = 'failed' WHERE seq = 7`,
    )
    await client.$executeRaw(sql`UPDATE spenddown_run SET detail = ${HOSTILE}, job = ${HOSTILE}`)
    const page = await browse()
    for (const path of ['/', '/runs', `/runs/${runId}`, `/runs/${runId}/items?state=failed`]) {
      await page.goto(place.url + path)
      expect(await page.locator('img, main script').count(), path).toBe(0)
      expect(await page.textContent('main'), path).toContain('<img src=x onerror=alert(1)>')
    }
    await page.fill('input[name=key]', HOSTILE)
    await page.click('text=Search')
    expect(await page.locator('tbody tr').count()).toBe(1)
    await expectFitAndAccessible(page)
  })

  test('no token and a wrong token see nothing; the right one sees all, until it is signed out', async () => {
    const place = await opened({ people: 5 }, { token: TOKEN })
    await begun(place).summary
    const page = await browse()
    await page.goto(`${place.url}/runs`)
    expect([page.url(), await page.textContent('body')]).toEqual([
      `${place.url}/login?next=%2Fruns`,
      expect.not.stringContaining('month-end'),
    ])
    await page.fill('input[name=token]', `${TOKEN}x`)
    await page.click('button')
    await page.locator('[role=alert]', { hasText: 'That is not the token.' }).waitFor()
    await expectFitAndAccessible(page)
    await page.fill('input[name=token]', TOKEN)
    await page.click('button')
    await page.locator('tbody th', { hasText: 'month-end' }).waitFor()
    expect(page.url()).toBe(`${place.url}/runs`)
    await page.click('text=Sign out')
    await page.goto(place.url)
    expect(page.url()).toContain('/login')
  })

  test('axe finds nothing, light and dark, narrow and wide', async () => {
    const place = await opened({ people: 60, vendor: { allotment: 1_000, faults: { resetAfter: { next: 1 } } } })
    const { runId } = await begun(place).summary
    const page = await browse()
    const run = `/runs/${runId}`
    for (const path of ['/', '/runs', run, `${run}/items`, '/unknown', `${run}/stop`, '/nothing']) {
      await page.goto(place.url + path)
      if (path === '/') await page.locator('.jobs .note', { hasText: 'eligible records' }).waitFor()
      await expectFitAndAccessible(page)
    }
  })

  test('without script all of it stands', async () => {
    const place = await opened(SLOW)
    begun(place)
    const page = await browse({ javaScriptEnabled: false })
    await page.goto(place.signIn)
    await expect
      .poll(async () => {
        await page.goto(place.url)
        return page.locator('h2 a').count()
      })
      .toBeGreaterThan(0)
    await page.locator('h2 a').first().click()
    await page.click('text=Stop')
    await page.click('button:has-text("Stop the run")')
    expect(await page.textContent('main')).toContain('was stopped by dashboard@')
  })

  test('no page has run, asked for or shown what it must not', () => {
    expect(looking.complaints).toEqual([])
  })
})

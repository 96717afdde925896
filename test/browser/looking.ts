import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A browser of the test's own, and what its pages complained of. */
export interface Looking {
  open(options?: BrowserContextOptions): Promise<Page>
  /** Errors of scripts, and what the content security policy forbade. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export async function startLooking(executablePath: string): Promise<Looking> {
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const complaints: string[] = []
  return {
    complaints,
    open: async (options = {}) => {
      const page = await (await browser.newContext({ viewport: { width: 1_440, height: 900 }, ...options })).newPage()
      page.setDefaultTimeout(10_000)
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
      page.on('dialog', (dialog) => complaints.push(`${page.url()}: a dialog: ${dialog.message()}`))
      page.on('request', (request) => {
        if (new URL(request.url()).hostname !== '127.0.0.1') complaints.push(`asked for ${request.url()}`)
      })
      page.on('console', (message) => {
        // An answer of 4xx is one that the test asked for.
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
      })
      return page
    },
    close: () => browser.close(),
  }
}

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>
}

/** What axe finds on the page as it is shown. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    return (await axe.run({ resultTypes: ['violations'] })).violations
  })
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  )
}

/** In both colour schemes, narrow and wide: nothing that axe finds, and nothing wider than the screen. */
export async function expectFitAndAccessible(page: Page): Promise<void> {
  await hide(page)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [360, 1_440]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      const where = `${page.url()} ${colorScheme} ${width}`
      expect(await violations(page), where).toEqual([])
      const widest = await page.evaluate<number>('document.documentElement.scrollWidth')
      expect(widest, where).toBeLessThanOrEqual(width)
    }
  await expectOnPaper(page)
  await page.evaluate(`delete document.hidden; ${SEEN_OR_NOT}`)
}

/** Dark ink, whatever the screen's scheme, and nothing that can only be pressed. */
async function expectOnPaper(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' })
  const ink = await page.evaluate<string>('getComputedStyle(document.body).color')
  expect(Math.max(...(ink.match(/\d+/g) ?? []).map(Number)), `${page.url()} on paper: ${ink}`).toBeLessThan(100)
  expect(await page.locator('.actions:visible, nav:visible, #live-note:visible').count()).toBe(0)
  await page.emulateMedia({ colorScheme: 'light', media: null })
}

const SEEN_OR_NOT = "document.dispatchEvent(new Event('visibilitychange'))"

/** A page that is looked at loads itself again when its account is in another state; one that nobody sees does not. */
async function hide(page: Page): Promise<void> {
  const hiding = `Object.defineProperty(document, 'hidden', { value: true, configurable: true }); ${SEEN_OR_NOT}`
  // It may just be about to: then the page that comes is hidden.
  const isHidden = async () => {
    await page.waitForLoadState()
    const wasHidden = await page.evaluate<boolean>('document.hidden').catch(() => false)
    if (!wasHidden) await page.evaluate(hiding).catch(() => {})
    return wasHidden
  }
  await expect.poll(isHidden, { interval: 200 }).toBe(true)
}

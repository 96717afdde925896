import { describe, expect, test } from 'vitest'
import { atTerminal, hasTerminal, type Seated } from '../support/machine/pseudo-terminal.ts'
import { offices } from './support/in-offices.ts'

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname
const ESC = '\u001b'
const COLOUR = new RegExp(`${ESC}\\[[0-9;]*m`)
const HIDDEN = `${ESC}[?25l`

const open = offices('sqlite')

const isRecords = (line: string) => /^ +records +[█▓░]+ +[\d,]+ of/.test(line)
const isShown = (lines: readonly string[]) =>
  lines.some((line) => /^ +(?:On track|Losing credits): [\d,]+ of [\d,]+/.test(line))

function figuresOf(line: string | undefined, pattern: RegExp): number[] {
  return (pattern.exec(line ?? '') ?? []).slice(1).map((text) => Number(text.replaceAll(',', '')))
}

/** Nothing of the display is left, and the cursor can be seen under what was said. */
async function expectTidy({ terminal }: Seated): Promise<readonly string[]> {
  const lines = await terminal.lines()
  expect(lines.join('\n')).not.toMatch(/[█▓░▁▂▃▄▅▆▇]|parallel calls · /)
  expect(await terminal.cursor()).toMatchObject({ row: lines.length, column: 0, shown: true })
  return lines
}

describe.skipIf(!hasTerminal)('on a terminal', () => {
  test('of 60 columns a run is shown live and in colour, each line once and none broken; then words', async () => {
    const office = await open(200, { latencyMs: 50 })
    office.configure({ vendor: 'limits: { maxConcurrent: 4 },' })
    const run = atTerminal(`node ${MAIN} run`, { columns: 60, rows: 24, cwd: office.cwd, env: office.env })
    const shown = await run.until((lines) => {
      expect(lines.filter(isRecords).length).toBeLessThanOrEqual(1)
      return isShown(lines)
    })
    const labels = shown.map((line) => line.trim().split(' ')[0])
    const why = expect.any(String)
    expect(labels.slice(3, 10)).toEqual(['month-end', '', 'records', 'credits', 'pace', why, 'errors'])
    const [atStake, spendable] = figuresOf(shown[0], /^ +Losing credits: ([\d,]+) of ([\d,]+) credits will expire/)
    const [recordsLeft] = figuresOf(shown.find(isRecords), / ([\d,]+) left/)
    const credits = shown.find((line) => /^ +credits +[█▓░│]/.test(line))
    const [spent, budget] = figuresOf(credits, / ([\d,]+) of ([\d,]+)/)
    // To the credit, one with the bars: each record that is left costs one, and nothing else is ever spent.
    expect(atStake).toBe(Number(spendable) - Number(recordsLeft))
    // The balance has what replies have told; the bar has what is committed: at most three times four calls less.
    const ahead = Number(budget) - Number(spent) - Number(spendable)
    expect(ahead).toBeGreaterThanOrEqual(0)
    expect(ahead).toBeLessThanOrEqual(12)
    expect((await run.terminal.cursor()).shown).toBe(false)
    expect(await run.ended).toBe(0)
    expect((await expectTidy(run)).join('\n')).toContain('200 refreshed of 200 selected')
    expect(run.written()).toMatch(COLOUR)
  })

  test('of 200 columns, with NO_COLOR: no colour; and after Ctrl-C nothing of it is left', async () => {
    const demo = atTerminal(`node ${MAIN} demo`, { columns: 200, rows: 40, cwd: '/', env: { NO_COLOR: '1' } })
    const lines = await demo.until(isShown)
    expect(lines.filter(isRecords)).toHaveLength(1)
    expect(lines.find((line) => / pace /.test(line))).toMatch(
      /parallel calls · [\d,.]+ records a second · a call takes/,
    )
    demo.type('\u0003')
    await demo.ended
    expect((await expectTidy(demo)).join('\n')).toContain('it was interrupted')
    expect(demo.written()).toContain(HIDDEN)
    expect(demo.written()).not.toMatch(COLOUR)
  })

  test('the first Ctrl-C shows what is waited for; the second ends it at once, and leaves nothing', async () => {
    const office = await open(60, { latencyMs: 20_000 })
    office.configure({ vendor: 'timeoutMs: 60_000,' })
    const run = atTerminal(`node ${MAIN} run`, { columns: 80, rows: 12, cwd: office.cwd, env: office.env })
    await run.until((lines) => lines.some(isRecords))
    await expect.poll(() => office.vendor.stats.peakConcurrent).toBeGreaterThan(0)
    run.type('\u0003')
    const stopping = await run.until((lines) => lines.some((line) => line.includes('a second signal ends it at once')))
    expect(stopping.filter(isRecords)).toHaveLength(1)
    run.type('\u0003')
    expect(await run.ended).toBe(3)
    await expectTidy(run)
  })

  test('--quiet shows nothing live', async () => {
    const office = await open(12)
    const run = atTerminal(`node ${MAIN} run --quiet`, { columns: 80, rows: 24, cwd: office.cwd, env: office.env })
    expect(await run.ended).toBe(0)
    expect(run.written()).not.toContain(HIDDEN)
    expect((await expectTidy(run)).join('\n')).toContain('12 refreshed of 12 selected')
  })
})

import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Dialect } from '../../../src/store/sql.ts'
import { KillPlan } from './kill-plan.ts'
import { goThrough, type Ordeal } from './ordeal.ts'
import { endAll } from './processes.ts'
import { scenesOn, someScenesOn } from './scenes.ts'
import { type Stage, setStage } from './stage.ts'

/** Kills in all, over both databases: many in `npm run test:crash`, a few in `npm test`. */
const KILLS = Number(process.env.SPENDDOWN_CRASH_KILLS ?? 16)
const SEED = Number(process.env.SPENDDOWN_CRASH_SEED ?? 1)
const SHORT = KILLS < 50
const KILLS_A_RUN = SHORT ? 2 : 4

interface Line {
  readonly name: string
  readonly ordeal: Ordeal
}

/** Runs of every scene on one database, killed again and again, and held against the vendor's bill. */
export function killAndResume(dialect: Dialect): void {
  const scenes = SHORT ? someScenesOn(dialect) : scenesOn(dialect)
  const killsAScene = Math.ceil(KILLS / 2 / scenes.length)
  const lines: Line[] = []
  let stage: Stage | null = null
  afterEach(async () => {
    endAll()
    await stage?.clear()
    stage = null
  })
  afterAll(() => console.log(report(dialect, lines)))

  describe(`killed with SIGKILL ${killsAScene} times, never overspent, paid once, all or nothing, nothing left on the floor`, () => {
    test.each(scenes)('$name', { timeout: 30_000 + killsAScene * 30_000 }, async ({ name, scene }) => {
      const plan = new KillPlan(SEED, `${dialect} ${name}`, scene.perCall ?? 1)
      for (let kills = 0; kills < killsAScene; ) {
        stage = await setStage(scene)
        const ordeal = await goThrough(stage, plan.kills(Math.min(KILLS_A_RUN, killsAScene - kills)))
        await stage.clear()
        stage = null
        kills += ordeal.kills
        lines.push({ name, ordeal })
        expect(ordeal.wrong, JSON.stringify(ordeal)).toEqual([])
      }
    })
  })
}

const COLUMNS = ['kills', 'resumes', 'billed', 'budget', 'rows', 'doubles', 'bound', 'result'] as const

function report(dialect: Dialect, lines: readonly Line[]): string {
  const head = `${dialect.padEnd(54)}${COLUMNS.map((column) => column.padStart(9)).join('')}`
  const rows = lines.map(({ name, ordeal: { books, kills, resumes, bound, wrong } }) => {
    const { billed, budget, rows, doubles } = books
    const cells = [kills, resumes, billed, budget, rows, doubles, bound, wrong.length === 0 ? 'good' : 'WRONG']
    return `${name.padEnd(54)}${cells.map((cell) => String(cell).padStart(9)).join('')}`
  })
  return ['', head, ...rows, sums(lines)].join('\n')
}

function sums(lines: readonly Line[]): string {
  const of = (value: (ordeal: Ordeal) => number) => lines.reduce((sum, { ordeal }) => sum + value(ordeal), 0)
  const first = lines.flatMap(({ ordeal }) => ordeal.toFirstCallMs).sort((a, b) => a - b)
  const at = (share: number) => Math.round(first[Math.floor(share * (first.length - 1))] ?? 0)
  const doubles = of(({ books }) => books.doubles)
  return (
    `${lines.length} runs, ${of(({ kills }) => kills)} kills, ${of(({ resumes }) => resumes)} resumes; ` +
    `${doubles} double charges of ${of(({ bound }) => bound)} allowed; ` +
    `from a kill to the first call ${at(0)} to ${at(1)} ms, median ${at(0.5)}`
  )
}

import { afterEach, describe, expect, test } from 'vitest'
import { raw } from '../../src/store/sql.ts'
import { KillPlan } from './support/kill-plan.ts'
import { goThrough, type Kill } from './support/ordeal.ts'
import { endAll } from './support/processes.ts'
import { type Scene, type Stage, setStage } from './support/stage.ts'

/** The first strikes for sure; a process may end before the others. */
const FIRST: Kill = { afterCalls: 2, plusMs: 3 }
const MORE_KILLS = 2
const HABITS: Scene['vendor'] = { latencyMs: { min: 5, max: 30 }, jobMs: { min: 20, max: 600 }, matchRate: 0.85 }
const LOSES_REPLIES: Scene['vendor'] = { faults: { resetAfter: { rate: 0.02 } } }

/** Each preset whose calls are of another kind than a plain lookup, with its own words and at its own vendor. */
const SCENES: readonly [name: string, scene: Partial<Scene>][] = [
  ['FullEnrich, whose calls are jobs', { preset: 'fullenrich', perCall: 20, vendor: { apiKey: 'k' } }],
  ['FullEnrich, which loses replies', { preset: 'fullenrich', perCall: 20, vendor: { apiKey: 'k', ...LOSES_REPLIES } }],
  ['RocketReach, asked after many lookups at once', { preset: 'rocketreach', vendor: { apiKey: 'k' } }],
  ['ZoomInfo, by OAuth', { preset: 'zoominfo', perCall: 10, silentRepeats: true, vendor: { apiKey: 'client:k' } }],
  [
    'ZoomInfo, which loses replies',
    { preset: 'zoominfo', perCall: 10, silentRepeats: true, vendor: { apiKey: 'client:k', ...LOSES_REPLIES } },
  ],
  ['PDL, by id', { preset: 'people-data-labs', perCall: 10, vendor: { apiKey: 'k' } }],
  [
    'PDL, by id, which loses replies',
    { preset: 'people-data-labs', perCall: 10, vendor: { apiKey: 'k', ...LOSES_REPLIES } },
  ],
]

let stage: Stage | null = null
afterEach(async () => {
  endAll()
  await stage?.clear()
  stage = null
})

describe('killed with SIGKILL: within the budget, paid once but for what was in flight, all or nothing', () => {
  test.each(SCENES)('%s', async (name, { vendor, preset, ...scene }) => {
    const budget = vendor?.faults === undefined ? 150 : 'remaining'
    const dialect = preset as NonNullable<Scene['preset']>
    const plan = new KillPlan(1, name, scene.perCall ?? 1)
    stage = await setStage({ ...scene, preset: dialect, budget, vendor: { ...HABITS, ...vendor, dialect } })
    const { client } = stage.database.connection
    await client.$executeRaw(raw('ALTER TABLE people ADD COLUMN pdl_id TEXT'))
    await client.$executeRaw(raw("UPDATE people SET pdl_id = 'pdl-' || email"))
    const ordeal = await goThrough(stage, [FIRST, ...plan.kills(MORE_KILLS)])
    expect(ordeal.wrong, JSON.stringify(ordeal)).toEqual([])
    expect(ordeal.books.billed).toBeGreaterThan(0)
    expect(ordeal.kills).toBeGreaterThan(0)
  })
})

import { expect, test } from 'vitest'
import { databaseReadiness } from '../../../src/app/health/readiness.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

/** Looks at the database of that URL, by a clock that the test sets. */
function readiness(stage: Stage, url: string) {
  const resolved = resolveConfig({ ...stage.config(), database: { url } })
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  const clock = { now: 0 }
  return { unready: databaseReadiness(resolved.config, () => clock.now), clock }
}

onEachStage((begin, dialect) => {
  test('it is ready once it is up to date, and is looked at no more often than every five seconds', async () => {
    const stage = await begin({ people: 1 })
    const { unready, clock } = readiness(stage, stage.database.url)
    const fresh = { reason: 'database', detail: expect.stringMatching(/^it is not up to date: \d+ migrations/) }
    const asked = await Promise.all([unready(), unready()])
    expect(asked).toEqual([fresh, fresh])
    await migrate(stage.database.connection)
    clock.now = 4_999
    expect(await unready()).toEqual(fresh)
    clock.now = 5_000
    expect(await unready()).toBeNull()
  })

  test('where it cannot be reached, it says so, without a password', async () => {
    const stage = await begin({ people: 1 })
    const nowhere = {
      sqlite: 'file:/nowhere/at/all.db',
      postgresql: 'postgresql://me:T0PSECRET@127.0.0.1:1/none',
      mysql: 'mysql://me:T0PSECRET@127.0.0.1:1/none',
    }[dialect]
    const said = await readiness(stage, nowhere).unready()
    expect(said).toMatchObject({ reason: 'database', detail: expect.stringMatching(/./) })
    expect(said?.detail).not.toContain('T0PSECRET')
  })
})

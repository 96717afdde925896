import { expect, test } from 'vitest'
import { tick } from '../../../src/app/daemon/tick.ts'
import { startRun } from '../../../src/app/run/run.ts'
import type { Config } from '../../../src/config/config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const parts = { log: silent, now: Date.now }

/** The stage's config with a job that is due: the account is reset in an hour. */
function due(stage: Stage, job: object = {}): Config {
  const resetAt = Date.now() + 3_600_000
  const cycle = { resetsAt: () => new Date(resetAt) }
  const resolved = resolveConfig(
    stage.config({ job: { schedule: { beforeReset: '12h' }, ...job }, credits: { cycle } }),
  )
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

onEachStage((begin) => {
  test('two that decided on the same start: the later one finds it done, and spends nothing', async () => {
    const stage = await begin({ people: 12 })
    const config = due(stage)
    const [one, two] = [await tick(config, parts), await tick(config, parts)]
    if (one.due === null || two.due === null) throw new Error('nothing is due')
    expect((await startRun(config, one.due).summary).status).toBe('completed')
    await expect(startRun(config, two.due).summary).rejects.toMatchObject({
      code: 'NOT_DUE',
      message: expect.stringContaining('has done it'),
    })
    expect(stage.vendor.bill.totals().charges).toBe(12)
    expect(await stage.rows(`SELECT no FROM ${stage.own('run')}`)).toHaveLength(1)
  })

  test('two that decided on the same resume: the later one finds it done', async () => {
    const stage = await begin({ people: 60, vendor: { latencyMs: { min: 3, max: 9 } } })
    const config = due(stage)
    const started = await tick(config, parts)
    if (started.due === null) throw new Error('nothing is due')
    const handle = startRun(config, started.due, {
      onEvent: ({ type }) => {
        if (type === 'item' && stage.vendor.bill.totals().charges >= 20) handle.stop()
      },
    })
    expect((await handle.summary).status).toBe('stopped')
    const [one, two] = [await tick(config, parts), await tick(config, parts)]
    expect([one.chosen.decision.kind, two.chosen.decision.kind]).toEqual(['resume', 'resume'])
    if (one.due === null || two.due === null) throw new Error('nothing is due')
    expect((await startRun(config, one.due).summary).status).toBe('completed')
    await expect(startRun(config, two.due).summary).rejects.toMatchObject({ code: 'NOT_DUE' })
    expect(stage.vendor.bill.totals()).toMatchObject({ charges: 60, recordsChargedMoreThanOnce: 0 })
  })

  test('credits that are added once a run has spent all are spent by another, an hour after it', async () => {
    const stage = await begin({ people: 90, vendor: { allotment: 40 } })
    const config = due(stage, { reserve: 5 })
    const next = async () => {
      const { due, chosen } = await tick(config, parts)
      return { ...chosen.decision, spent: due === null ? 0 : (await startRun(config, due).summary).credits.spent }
    }
    expect(await next()).toMatchObject({ kind: 'start', spent: 35 })
    stage.vendor.topUp(30)
    expect(await next()).toMatchObject({ kind: 'wait', because: 'done' })
    await stage.execute(`UPDATE ${stage.own('run')} SET ended_at = ended_at - 3600000`)
    expect(await next()).toMatchObject({ kind: 'start', why: expect.stringContaining('30 credits more'), spent: 30 })
    expect(await next()).toMatchObject({ kind: 'wait', because: 'done' })
    expect(stage.vendor.account.remaining).toBe(5)
  })

  test('a database where spenddown has not been has no past; looking at it changes nothing', async () => {
    const stage = await begin({ people: 3 })
    expect((await tick(due(stage), parts)).chosen.decision.kind).toBe('start')
    await expect(stage.rows(`SELECT no FROM ${stage.own('run')}`)).rejects.toThrow()
  })
})

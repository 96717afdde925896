import { afterEach, describe, expect, test } from 'vitest'
import { databases } from '../../support/databases/databases.ts'
import { type LossyPostgres, loseAnswers } from '../../support/databases/lossy-postgres.ts'
import { perform } from '../support/perform.ts'
import { booksOf, type Setting, type Stage, setStage } from '../support/stage.ts'

const SELECTION = /INSERT INTO "spenddown"\."item" \(run_no, seq, "key", refreshed_at/
/** A checkpoint: only its statement moves the run's sums. */
const isCheckpoint = (text: string) => /calls_throttled = /.test(text)
const writesRecords = (text: string) => /UPDATE "people"|UPDATE "public"\."people"/.test(text)

describe.skipIf(!databases.includes('postgresql'))('PostgreSQL commits, and its answer is lost', () => {
  let stage: Stage
  let between: LossyPostgres | null = null
  afterEach(async () => {
    await between?.close()
    await stage.clear()
  })
  const begin = async (setting: Setting, isOne: (text: string) => boolean, times = 1) => {
    stage = await setStage('postgresql', setting)
    between = await loseAnswers(stage.database.url, isOne, times)
    return { ...stage.config(), database: { url: between.url } }
  }
  const whole = async () => {
    const pending = await stage.rows(`SELECT seq FROM ${stage.own('item')} WHERE state = 'pending'`)
    expect(pending).toEqual([])
    expect(between?.lost).toBeGreaterThan(0)
  }

  test('of a selection: all that was selected is asked for, and counted once', async () => {
    const config = await begin({ people: 60 }, (text) => SELECTION.test(text))
    const { summary } = await perform(config, { budget: 50 })
    await whole()
    expect(summary.records.selected).toBe(50)
    expect(booksOf(summary, stage)).toEqual({ spent: 50, billed: 50, refreshed: 50 })
  })

  test('of a checkpoint that only opened calls: they go out, once', async () => {
    const config = await begin({ people: 30 }, (text) => isCheckpoint(text) && !writesRecords(text))
    const { summary } = await perform(config, {})
    await whole()
    expect(booksOf(summary, stage)).toEqual({ spent: 30, billed: 30, refreshed: 30 })
    expect(summary.calls.sent).toBe(30)
  })

  test('of every checkpoint for a while: what is counted is what is in the database', async () => {
    const config = await begin({ people: 40 }, isCheckpoint, 12)
    const { summary } = await perform(config, {})
    await whole()
    const [row] = await stage.rows(`SELECT refreshed, calls_sent AS sent FROM ${stage.own('run')}`)
    expect(summary).toMatchObject({ records: { refreshed: 40, remaining: 0 }, calls: { sent: Number(row?.sent) } })
    expect(Number(row?.refreshed)).toBe(40)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(40)
  })

  test('of taking the lease: it is ours all the same', async () => {
    const config = await begin({ people: 5 }, (text) =>
      /"lease_token" = \(?"spenddown"\."account"\."lease_token" \+/.test(text),
    )
    const { summary } = await perform(config, {})
    expect(between?.lost).toBe(1)
    expect(summary.records.refreshed).toBe(5)
  })
})

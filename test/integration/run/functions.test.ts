import { expect, test } from 'vitest'
import { onOneStage } from '../support/on-each-stage.ts'
import { outcomes, reasonOf } from '../support/perform.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf, idOf } from '../support/stage.ts'

function throwFor(ids: readonly number[], key: string): void {
  if (ids.includes(idOf(key))) throw new Error(`no good: ${idOf(key)}`)
}

onOneStage((begin) => {
  test('request throws: that record fails, nothing is sent or paid for it', async () => {
    const stage = await begin({ people: 14 })
    const performed = await stage.run({
      vendor: {
        single: {
          request: (record) => {
            throwFor([7, 9], record.email)
            return { path: '/v1/enrich', query: { email: record.email } }
          },
          data: (body) => body.data,
        },
      },
    })
    expect(outcomes(performed)).toMatchObject({ 7: 'failed', 9: 'failed', 8: 'refreshed' })
    expect(reasonOf(performed, 7)).toContain('no good: 7')
    expect(stage.vendor.stats.calls).toBe(12)
    expect(booksOf(performed.summary, stage)).toEqual({ spent: 12, billed: 12, refreshed: 12 })
  })

  test('request throws for every record: the run stops and says so, before it has put all of them aside', async () => {
    const stage = await begin({ people: 300 })
    const config = {
      vendor: {
        single: {
          request: () => {
            throw new Error('no such column')
          },
          data: (body: { data: unknown }) => body.data,
        },
      },
    }
    const { summary } = await stage.run(config)
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', calls: { sent: 0 }, credits: { spent: 0 } })
    expect(summary.detail).toMatch(/^nothing could be sent for any of the first 50 records.*no such column$/)
    expect(summary.records.failed).toBeGreaterThanOrEqual(50)
    expect(summary.records.failed).toBeLessThan(150)
    expect(stage.vendor.stats.calls).toBe(0)
    const { summary: mended } = await stage.run()
    // None of them is put to rest by a mistake.
    expect(mended.records.refreshed).toBe(300)
  })

  test('request throws for the first sixty, and not for the others: the run goes on once it has sent something', async () => {
    const stage = await begin({ people: 100 })
    const bad = Array.from({ length: 60 }, (_, at) => at + 3)
    const { summary } = await stage.run({
      vendor: {
        single: {
          request: ({ email }) => {
            throwFor(bad, email)
            return { path: '/v1/enrich', query: { email } }
          },
          data: (body) => body.data,
        },
      },
    })
    expect(summary).toMatchObject({ status: 'completed', records: { failed: 60, refreshed: 40 } })
  })

  test('request names another host: nothing is sent there, and no key', async () => {
    const stage = await begin({ people: 4 })
    const elsewhere = await scriptedVendor(() => ({ body: {} }))
    const { host } = new URL(elsewhere.url)
    const performed = await stage.run({
      vendor: {
        single: {
          request: ({ email }) => ({ path: idOf(email) === 2 ? `@${host}/v1/enrich` : '/v1/enrich', query: { email } }),
          data: (body) => body.data,
        },
      },
    })
    expect(outcomes(performed)).toMatchObject({ 1: 'refreshed', 2: 'failed', 3: 'refreshed', 4: 'refreshed' })
    expect(reasonOf(performed, 2)).toBe("vendor.single.request gave a path that does not start with '/'")
    expect(elsewhere.calls).toEqual([])
  })

  test('data or update throws: that record fails and is settled', async () => {
    const stage = await begin({ people: 14 })
    const performed = await stage.run({
      vendor: {
        single: {
          request: (record) => ({ path: '/v1/enrich', query: { email: record.email } }),
          data: (body) => {
            throwFor([7], body.data.key)
            return body.data
          },
        },
      },
      records: {
        update: {
          job_title: 'job_title',
          company: (data) => {
            throwFor([9], data.key)
            return 'fresh'
          },
        },
      },
    })
    expect(outcomes(performed)).toMatchObject({ 7: 'failed', 9: 'failed', 8: 'refreshed' })
    expect(reasonOf(performed, 7)).toContain('no good: 7')
    expect(reasonOf(performed, 9)).toContain('no good: 9')
    expect(booksOf(performed.summary, stage)).toEqual({ spent: 14, billed: 14, refreshed: 12 })
  })

  test('outcome throws: that record fails, and is taken to have cost what it could', async () => {
    const stage = await begin({ people: 14 })
    const performed = await stage.run({
      vendor: { outcome: ({ body }) => throwFor([7, 9], body.data.key) as undefined },
    })
    expect(outcomes(performed)).toMatchObject({ 7: 'failed', 9: 'failed', 8: 'refreshed' })
    expect(performed.summary.status).toBe('completed')
    expect(booksOf(performed.summary, stage)).toEqual({ spent: 14, billed: 14, refreshed: 12 })
  })

  test.each(['charged', 'remaining'] as const)(
    '%s throws: the call is booked by the config, the run goes on',
    async (name) => {
      const stage = await begin({ people: 14, vendor: { allotment: 12 } })
      const { summary, logs } = await stage.run({
        credits: {
          [name]: () => {
            throw new Error('no header')
          },
        },
      })
      expect(booksOf(summary, stage)).toEqual({ spent: 12, billed: 12, refreshed: 12 })
      expect(logs).toContainEqual(
        expect.objectContaining({ level: 'warn', message: expect.stringContaining('ignored') }),
      )
    },
  )

  test('functions get the record as it is now, and the request goes out as they say', async () => {
    const stage = await begin({ people: 3 })
    const seen: unknown[] = []
    await stage.run({
      vendor: {
        single: {
          request: (record) => {
            seen.push(record)
            return { method: 'GET', path: '/v1/enrich', query: { email: record.email, none: undefined, nil: null } }
          },
          data: (body) => body.data,
        },
      },
    })
    expect(seen).toContainEqual(expect.objectContaining({ id: 2, email: 'p2@example.com', note: 'note 2' }))
    expect(await stage.refreshed()).toEqual([1, 2, 3])
  })
})

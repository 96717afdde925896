import { deserialize } from 'node:v8'
import { expect, test } from 'vitest'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'

const LATE = 20

onEachStage((begin) => {
  test('what a call is made of is kept before it is sent, also where its request reads a column that none has read yet', async () => {
    const stage = await begin({ people: 40 })
    const lacking: string[] = []
    const looks: Promise<void>[] = []
    const look = async (n: string | undefined, asksForCountry: boolean) => {
      const [row] = await stage.rows(`SELECT request_inputs AS kept FROM ${stage.own('call')} WHERE n = ${n}`)
      const [columns] = deserialize(Buffer.from(String(row?.kept), 'base64')) as [string[]]
      if (asksForCountry && !columns.includes('country')) lacking.push(String(n))
    }
    const vendor = await scriptedVendor(({ headers, url }) => {
      looks.push(look(String(headers['idempotency-key']).split('-')[2], url.searchParams.has('country')))
      return { body: { data: { job_title: 'fresh', job_company_name: 'fresh' } }, afterMs: 150 }
    })
    const changes: Changes = {
      vendor: {
        baseUrl: vendor.url,
        idempotencyHeader: 'Idempotency-Key',
        limits: { maxConcurrent: 4 },
        single: {
          request: (record) => ({
            path: '/one',
            query:
              Number(record.id) < LATE ? { email: record.email } : { email: record.email, country: record.country },
          }),
          data: (body) => body.data,
        },
      },
      credits: { balance: undefined, remaining: undefined, charged: undefined },
    }
    const { summary } = await stage.run(changes, { budget: 40 })
    expect(summary).toMatchObject({
      records: { refreshed: 40 },
      credits: { spent: 40, unknown: 0 },
      calls: { sent: 40 },
    })
    await Promise.all(looks)
    expect(lacking).toEqual([])
    expect(await stage.rows(`SELECT n FROM ${stage.own('call')} WHERE request_inputs IS NOT NULL`)).toEqual([])
  })
})

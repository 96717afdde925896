import { expect, test } from 'vitest'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { outcomes, reasonOf } from '../support/perform.ts'
import { type Answer, type Call, scriptedVendor } from '../support/scripted-vendor.ts'
import { emailOf } from '../support/stage.ts'

const FIGURES = { balance: undefined, remaining: undefined, charged: undefined }
const person = (email: string) => ({ job_title: `title of ${email}`, job_company_name: 'fresh' })
const BULK: Changes['vendor'] = {
  single: undefined,
  bulk: {
    maxRecords: 10,
    request: (records) => ({ method: 'POST', path: '/bulk', json: records.map(({ email }) => email) }),
    results: (body) => body.map((data) => ({ status: 200, data })),
  },
}
const asked = ({ body, url }: Call): string[] =>
  body === '' ? [String(url.searchParams.get('email'))] : JSON.parse(body)
const answer = (call: Call): Answer => {
  const people = asked(call).map(person)
  return { body: call.body === '' ? { data: people[0] } : people, afterMs: 30 }
}

onEachStage((begin) => {
  /** The vendor; while it works on the call for the record, a person edits it. */
  const editedMeanwhile = async (stage: Awaited<ReturnType<typeof begin>>, edits: Record<number, string>) => {
    const done = new Set<string>()
    return scriptedVendor((call) => {
      for (const [id, edit] of Object.entries(edits)) {
        if (done.has(id) || !asked(call).includes(emailOf(id))) continue
        done.add(id)
        void stage.execute(`UPDATE people SET ${edit} WHERE id = ${id}`)
      }
      return { ...answer(call), afterMs: 300 }
    })
  }

  test.each([
    ['single', {}],
    ['bulk', BULK],
  ])(
    '%s: a record whose address is changed while its call is out keeps its row, and is superseded',
    async (_, vendor) => {
      const stage = await begin({ people: 20 })
      const { url } = await editedMeanwhile(stage, {
        9: "email = 'new@example.com'",
        12: 'email = NULL',
        15: "company = 'theirs'",
      })
      const performed = await stage.run({ vendor: { ...vendor, baseUrl: url }, credits: FIGURES }, { budget: 20 })
      expect(performed.summary).toMatchObject({
        status: 'completed',
        records: { refreshed: 18, superseded: 2 },
        credits: { spent: 20 },
      })
      expect(reasonOf(performed, 9)).toBe('its email has been changed')
      expect([9, 12, 15].map((id) => outcomes(performed)[id])).toEqual(['superseded', 'superseded', 'refreshed'])
      const rows = await stage.rows('SELECT id, job_title, refreshed_at FROM people WHERE id IN (9, 12) ORDER BY id')
      expect(rows.map(({ job_title }) => job_title)).toEqual(['before', 'before'])
    },
  )

  test('a record that shares its call is looked at by itself, by its own row', async () => {
    const people = Array.from({ length: 12 }, (_, at) => ({ id: at + 1, email: emailOf(at < 9 ? at + 1 : 9) }))
    const stage = await begin({ people })
    const { url } = await editedMeanwhile(stage, {})
    let edited = false
    const vendor = await scriptedVendor((call) => {
      if (asked(call)[0] === emailOf(9) && !edited) {
        edited = true
        void stage.execute("UPDATE people SET email = 'new@example.com' WHERE id = 11")
      }
      return { ...answer(call), afterMs: 300 }
    })
    expect(url).not.toBe(vendor.url)
    const performed = await stage.run(
      { vendor: { baseUrl: vendor.url }, credits: FIGURES, records: { dedupeBy: ['email'] } },
      { budget: 12 },
    )
    expect(performed.summary.records).toMatchObject({ refreshed: 11, superseded: 1 })
    expect(reasonOf(performed, 11)).toBe('its email has been changed')
  })

  test('a kept reply to a request that was made of something else is not replayed onto the record', async () => {
    const stage = await begin({ people: 10 })
    const { url } = await editedMeanwhile(stage, { 8: "email = 'new@example.com'" })
    const changes = { vendor: { baseUrl: url, keepReplies: '1d' }, credits: FIGURES }
    const { summary } = await stage.run(changes, { budget: 10 })
    expect(summary.records.superseded).toBe(1)
    const { replay } = await import('../../../src/index.ts')
    await replay(stage.config(changes) as never)
    const rows = await stage.rows('SELECT job_title FROM people WHERE id = 8')
    expect(rows).toEqual([{ job_title: 'before' }])
  })
})

import { expect, test } from 'vitest'
import { documentOf } from './support/cli.ts'
import { inEachOffice, offices } from './support/in-offices.ts'
import { SECRET } from './support/office.ts'

const KEEP = `keepReplies: '30d',`
const WRONG = `update: { job_title: () => '\\u001b[31mwrong\\u202e', company: (data) => data.job_title },`

inEachOffice('sqlite', (open) => {
  test('replay: 0, and one document that says what was done; a dry run writes nothing', async () => {
    const office = await open(12)
    office.configure({ vendor: KEEP, records: WRONG })
    expect((await office.cli(['run'])).code).toBe(0)
    const charges = office.vendor.bill.totals().charges
    office.configure({ vendor: KEEP })
    const dry = await office.cli(['replay', '--dry-run', '--json'])
    expect(dry.code, dry.stderr).toBe(0)
    const document = {
      runId: expect.stringMatching(/^\S+$/),
      job: 'month-end',
      vendor: 'acme',
      status: 'completed',
      replies: { read: 12, from: expect.stringMatching(/^\d{4}-.*Z$/), to: expect.stringMatching(/^\d{4}-.*Z$/) },
      records: {
        covered: 12,
        changed: 12,
        unchanged: 0,
        superseded: 0,
        gone: 0,
        notFound: 0,
        unreadable: 0,
        rejected: 0,
        mended: 0,
      },
      columns: { job_title: 12, company: 12 },
      reasons: [],
      elapsedMs: expect.any(Number),
    }
    const first = Array(10).fill({ key: expect.any(String), changes: expect.any(Array) })
    expect(documentOf(dry)).toEqual({ ...document, dryRun: true, first })
    const shown = await office.cli(['replay', '--dry-run'])
    expect(shown.stdout).toContain('12 would change')
    expect(shown.stdout).toContain('job_title: "\\u001b[31mwrong\\u202e" → "')
    for (const character of ['\u001b', '\u202e']) expect(shown.stdout).not.toContain(character)
    const { runId } = documentOf<{ runId: string }>(dry)
    const done = await office.cli(['replay', runId, '--json'])
    expect(documentOf(done)).toEqual({ ...document, dryRun: false, first })
    expect(documentOf(await office.cli(['replay', '--json']))).toMatchObject({ records: { changed: 0, unchanged: 12 } })
    expect(office.vendor.bill.totals().charges).toBe(charges)
    expect(dry.stdout + done.stderr + shown.stderr).not.toContain(SECRET)
  })
})

const open = offices('sqlite')

test('2 where nothing is kept, with what to configure; 4 while another process holds the lease', async () => {
  const office = await open(200)
  expect((await office.cli(['run', '--limit', '1'])).code).toBe(0)
  const said = await office.cli(['replay', '--json'])
  expect(said.code).toBe(2)
  expect(documentOf(said)).toMatchObject({ error: { code: 'NOTHING_TO_REPLAY', problems: [{ path: 'replay' }] } })
  expect(said.stderr).toContain("vendor.keepReplies: '30d'")
  office.configure({ vendor: KEEP })
  office.vendor.behave({ latencyMs: 1_500 })
  const running = office.start(['run', '--new'])
  await expect.poll(() => office.vendor.stats.calls).toBeGreaterThan(3)
  expect((await office.cli(['replay'])).code).toBe(4)
  running.kill('SIGTERM')
  expect((await running.ended).code).toBe(3)
})

test('2 where keepReplies is no duration, or misspelt', async () => {
  const office = await open(1)
  office.configure({ vendor: `keepReplies: 30, keepReplys: '30d',` })
  const said = await office.cli(['replay'])
  expect(said.code).toBe(2)
  expect(said.stderr).toContain('vendor.keepReplies')
  expect(said.stderr).toContain('Did you mean `keepReplies`')
})

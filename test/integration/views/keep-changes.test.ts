import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test, vi } from 'vitest'
import { reportCommand } from '../../../src/cli/commands/report.ts'
import { onEachStage, onOneStage } from '../support/on-each-stage.ts'
import type { Person } from '../support/people.ts'
import { emailOf, type Stage } from '../support/stage.ts'

/** The report of the stage's run, as the command writes it into a file of that name. */
async function written(stage: Stage, name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-report-'))
  const config = {
    database: { url: stage.database.url },
    vendor: {
      name: 'simulated',
      baseUrl: stage.vendor.url,
      single: {},
      credits: { cost: { per: 'match', credits: 1 }, allotment: 9 },
    },
    records: { table: 'people', key: 'id', update: { job_title: 'job_title' } },
  }
  const text = JSON.stringify(config).replace(
    '"single":{}',
    '"single":{request: (r) => ({ path: "/" }), data: (b) => b}',
  )
  writeFileSync(join(folder, 'spenddown.config.mjs'), `export default ${text}`)
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const flags = { config: join(folder, 'spenddown.config.mjs'), out: join(folder, name) }
    expect(await reportCommand(undefined, flags)).toBe(0)
    expect(said.mock.calls.map(([line]) => line).join('')).toBe(`${flags.out}\n`)
    return readFileSync(flags.out, 'utf8')
  } finally {
    said.mockRestore()
    rmSync(folder, { recursive: true })
  }
}

const kept = (stage: Stage) => stage.rows(`SELECT seq, "key", changed FROM ${stage.own('change')} ORDER BY seq, "key"`)

onEachStage((begin) => {
  test('no value of a person is kept unless the config asks for it', async () => {
    const stage = await begin({ people: 12 })
    const { summary } = await stage.run()
    expect(summary.changes?.changed).toBe(12)
    expect(await kept(stage)).toEqual([])
  })

  test('where it asks, what each refreshed record held and holds is kept with it: of duplicates too, and of no other', async () => {
    const people: Person[] = [1, 2, 3, 4, 5, 6].map((id) => ({ id, email: emailOf(((id - 1) % 3) + 1) }))
    const faults = { unprocessable: { next: 1 } }
    const stage = await begin({ people, vendor: { faults } })
    const records = { keepChanges: true, dedupeBy: ['email'] }
    const { summary } = await stage.run({ records })
    expect(summary.records).toMatchObject({ refreshed: 4, failed: 2 })
    const rows = await kept(stage)
    const people2 = await stage.rows(
      `SELECT id, job_title, company FROM people WHERE job_title <> 'before' ORDER BY id`,
    )
    expect(rows.map(({ key }) => key).toSorted()).toEqual(people2.map(({ id }) => String(id)))
    for (const { key, changed } of rows) {
      const person = people2.find(({ id }) => String(id) === key)
      expect(JSON.parse(String(changed))).toEqual({
        job_title: ['before', person?.job_title],
        company: ['before', person?.company],
      })
    }
  })
})

onOneStage((begin) => {
  test('the report shows them: some in the page, all in the CSV', async () => {
    const stage = await begin({ people: 30, vendor: { matchRate: 0.8, seed: 4 } })
    await stage.execute(
      `UPDATE people SET job_title = '=1+1' WHERE id = 1`,
      `UPDATE people SET company = NULL WHERE id = 2`,
    )
    const { summary } = await stage.run({ records: { keepChanges: true } })
    const [head, ...rows] = parse(await written(stage, 'items.csv')) as string[][]
    expect(head).toEqual([
      ...['seq', 'key', 'outcome', 'reason', 'attempts', 'last refreshed'],
      ...['company before', 'company after', 'job_title before', 'job_title after'],
    ])
    expect(rows).toHaveLength(30)
    expect(rows.filter(([, , outcome]) => outcome === 'refreshed')).toHaveLength(summary.records.refreshed)
    const people = await stage.rows('SELECT id, job_title, company FROM people ORDER BY id')
    for (const [, key, outcome, , , , companyBefore, company, titleBefore, title] of rows) {
      const person = people[Number(key) - 1]
      const now = outcome === 'refreshed' ? [person?.company, person?.job_title] : ['', '']
      expect([company, title]).toEqual(now)
      if (outcome !== 'refreshed') expect([companyBefore, titleBefore]).toEqual(['', ''])
      else if (key === '1') expect(titleBefore).toBe("'=1+1")
      else if (key === '2') expect(companyBefore).toBe('')
    }
    const { examples } = JSON.parse(await written(stage, 'run.json'))
    expect(examples).toHaveLength(20)
    expect(examples[0]).toMatchObject({ key: expect.any(String), before: expect.anything(), after: expect.any(String) })
    expect(await written(stage, 'run.html')).toContain('Some of what had changed')
    expect(await written(stage, 'run.md')).toMatch(/^# month-end · simulated\n/)
  })
})

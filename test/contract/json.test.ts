import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { documentOf, linesOf } from './support/cli.ts'
import { inEachOffice } from './support/in-offices.ts'
import { SUMMARY } from './support/shapes.ts'

inEachOffice('sqlite', (open, dialect) => {
  test('run, status, runs, migrate: one document on stdout as documented, JSON lines on stderr', async () => {
    const office = await open(12, { matchRate: 0.8 })
    const migrated = await office.cli(['migrate', '--json'])
    expect(documentOf<{ applied: string[] }>(migrated).applied.length).toBeGreaterThan(0)
    const run = await office.cli(['run', '--json'])
    expect(run.code, run.stderr).toBe(0)
    const summary = documentOf(run)
    expect(summary).toMatchObject({ ...SUMMARY, job: 'month-end', status: 'completed', stopReason: 'all-refreshed' })
    expect(linesOf(run).length).toBeGreaterThan(0)
    for (const line of linesOf(run)) expect(line).toMatchObject({ level: expect.any(Number), msg: expect.any(String) })

    const status = await office.cli(['status', String(summary.runId), '--json'])
    expect(status).toMatchObject({ code: 0, stderr: '' })
    const { judgement, ...shown } = documentOf<Record<string, unknown>>(status)
    expect(shown).toEqual(summary)
    expect(judgement).toEqual({
      at: expect.any(String),
      verdict: 'at-risk',
      atStake: 991,
      spendable: 991,
      cause: 'no-schedule',
      command: 'spenddown run',
      actBy: null,
      finishAt: null,
      resetAt: expect.any(String),
      sentence: expect.stringMatching(/^At risk: 991 of 991 credits may expire; reset /),
      why: 'No job has a schedule: runs are started by hand.',
      todo: 'Run `spenddown run`',
    })
    const runs = await office.cli(['runs', '--json'])
    expect(documentOf(runs)).toEqual({ runs: [summary] })
  })

  if (dialect === 'sqlite') {
    test('run --dry-run: what would be done, and nothing is', async () => {
      const office = await open(25)
      const said = await office.cli(['run', 'month-end', '--dry-run', '--json', '--reserve', '99%'])
      expect(said.code, said.stderr).toBe(0)
      expect(documentOf(said)).toMatchObject({
        dryRun: true,
        records: { eligible: 25, selected: 10 },
        credits: { budget: 10, reserve: 990, atMost: 10 },
        first: Array.from({ length: 10 }, (_, at) => expect.objectContaining({ key: String(at + 1) })),
      })
      expect(office.vendor.stats.calls).toBe(0)
      expect(documentOf(await office.cli(['runs', '--json']))).toEqual({ runs: [] })
    })

    test('selection by flags: --where, --filter, --ids, --ids-file, a file and standard input', async () => {
      const office = await open(12)
      const records = async (args: string[], input?: string) =>
        documentOf<{ records: { selected: number } }>(await office.cli(['run', '--json', ...args], input)).records
          .selected
      expect(await records(['--where', '{"id":{"lte":7}}', '--filter', 'country=US', '--filter', 'id>1'])).toBe(3)
      expect(await records(['--ids-file', '-'], '1\n5\r\n\n77\n')).toBe(2)
      await writeFile(`${office.cwd}/ids.txt`, '2\n6\n8')
      expect(await records(['--ids-file', 'ids.txt', '--ids', '9'])).toBe(4)
      expect(office.vendor.bill.chargesOf('p77@example.com')).toBe(0)
    })

    test('demo: a summary, and a bill that agrees', async () => {
      const office = await open(1)
      const said = await office.cli(['demo', '--json'])
      expect(said.code, said.stderr).toBe(0)
      expect(documentOf(said)).toMatchObject({
        ...SUMMARY,
        vendor: 'simulated',
        credits: { ...SUMMARY.credits, spent: 1_500, balance: 250 },
        bill: { billed: 1_500, chargedTwice: 0, equal: true },
      })
    })

    test('simulate-vendor: where it listens, until it is stopped', async () => {
      const office = await open(1)
      const vendor = office.start(['simulate-vendor', '--json', '--port', '0', '--credits', '77'])
      await expect.poll(() => vendor.stdout()).toContain('}')
      const { url, credits } = JSON.parse(vendor.stdout())
      expect(credits).toBe(77)
      const account = (await (await fetch(`${url}/v1/account`)).json()) as { credits: { remaining: number } }
      expect(account.credits.remaining).toBe(77)
      vendor.kill('SIGTERM')
      expect(await vendor.ended).toMatchObject({ code: 0 })
    })

    test('what is wrong is one document too', async () => {
      const office = await open(1)
      const said = await office.cli(['status', '--json'])
      expect(said.code).toBe(2)
      expect(documentOf(said)).toMatchObject({
        error: { code: 'RUN_NOT_FOUND', message: expect.any(String), problems: [{ path: 'status' }] },
      })
    })
  }
})

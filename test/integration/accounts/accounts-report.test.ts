import { afterEach, expect, test } from 'vitest'
import { reportAccounts } from '../../../src/app/fleet/report-accounts.ts'
import { tickAccounts } from '../../../src/app/fleet/tick-accounts.ts'
import { fleetOf } from '../../../src/config/fleet/fleet.ts'
import { accountsReportText } from '../../../src/report/accounts-report.ts'
import type { ReportFormat } from '../../../src/report/formats/formats.ts'
import { onEachDatabaseInFull } from '../../support/databases/databases.ts'
import { type AccountsStage, accountsConfig, setAccountsStage } from '../support/accounts-stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

onEachDatabaseInFull('sqlite', (dialect) => {
  let stage: AccountsStage
  afterEach(() => stage.clear())

  test('one report over all accounts: what each spent and bought, and which of them needs somebody', async () => {
    stage = await setAccountsStage(dialect, { tenants: 3, people: 25 })
    const accounts = stage.tenants.map(({ account }) => account)
    const wrong = { name: '=tenant-9', apiKey: undefined }
    const price = { amount: 0.5, currency: 'EUR' }
    const raw = accountsConfig(stage, [...accounts, wrong], { report: { pricePerCredit: price } })
    const fleet = fleetOf(raw)
    const { signal } = new AbortController()
    await tickAccounts(fleet, { log: silent, logOf: async () => silent, signal, names: [], onAccount: () => {} })

    const now = Date.now()
    const report = await reportAccounts(fleet, [], { since: now - 3_600_000, now })
    const billed = stage.tenants.map(({ vendor }) => vendor.bill.totals().lookupCredits)
    expect(report.accounts.map(({ account, runs, spent }) => [account, runs, spent])).toEqual([
      ...stage.tenants.map(({ account }, at) => [account.name, 1, billed[at]]),
      ['=tenant-9', 0, 0],
    ])
    expect(report.total).toMatchObject({ runs: 3, spent: 54, refreshed: 54, compared: 54, unknown: 0 })
    expect(report.sentence).toMatch(
      /^3 accounts of 4 spent 54 credits on 54 refreshed records; \d+ of them had changed/,
    )
    expect(report.sentence).toContain('€')
    expect((await reportAccounts(fleet, [], { since: now + 1, now })).total.runs).toBe(0)
    expect((await reportAccounts(fleet, ['tenant-1', 'tenant-2'], { since: 0, now })).accounts).toHaveLength(2)

    const text = (format: ReportFormat) => [...accountsReportText(report, format)].join('')
    expect(JSON.parse(text('json'))).toEqual(report)
    // What a spreadsheet would take for a formula is text.
    expect(text('csv').split('\r\n')).toHaveLength(6)
    expect(text('csv')).toContain(`"'=tenant-9"`.replaceAll('"', ''))
    for (const format of ['md', 'html'] as const) {
      expect(text(format)).toContain('What needs somebody')
      expect(text(format)).toContain('tenant-2')
    }
    expect(text('html')).not.toContain('<script')
  })
})

import { expect, test } from 'vitest'
import { UNKNOWN } from '../../domain/account/account-row.ts'
import { accountMetrics } from './accounts-metrics.ts'

test('one account has its own metrics, and what is not known of it has no sample', async () => {
  const row = { ...UNKNOWN, account: 'tenant-1', vendor: 'acme/tenant-1', state: 'due', why: '' } as const
  const resetAt = '2026-12-01T00:00:00.000Z'
  const { text } = await accountMetrics({ ...row, verdict: 'at-risk', balance: 120.5, atStake: 7, resetAt })
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(samples.toSorted()).toEqual([
    'spenddown_account_state{vendor="acme/tenant-1",state="due"} 1',
    'spenddown_at_stake_credits{vendor="acme/tenant-1"} 7',
    'spenddown_balance_credits{vendor="acme/tenant-1"} 120.5',
    `spenddown_reset_timestamp_seconds{vendor="acme/tenant-1"} ${Date.parse(resetAt) / 1_000}`,
    'spenddown_verdict{vendor="acme/tenant-1",verdict="at_risk"} 1',
  ])
})

import { Gauge, Registry } from 'prom-client'
import type { AccountRow } from '../../domain/account/account-row.ts'

/** Metrics of many accounts: by vendor and state, not by account, so that they stay few. */
export async function accountsMetrics(accounts: readonly AccountRow[], atWorkHere: number) {
  const { registry, gauge } = gauges()
  const count = gauge('accounts', 'Accounts, by vendor and state', ['vendor', 'state'])
  const stake = gauge('accounts_at_stake_credits', 'Credits that will expire as things are', ['vendor'])
  gauge('accounts_at_work_here', 'Accounts that this process works now', []).set(atWorkHere)
  for (const { vendor: key, state, atStake } of accounts) {
    const vendor = (key ?? '').split('/')[0] ?? ''
    count.inc({ vendor, state })
    stake.inc({ vendor }, atStake ?? 0)
  }
  return { contentType: registry.contentType, text: await registry.metrics() }
}

/** One account's own, for whoever asks for it; what is not known has no sample. */
export async function accountMetrics({ vendor: key, ...row }: AccountRow) {
  const { registry, gauge } = gauges()
  const vendor = key ?? ''
  const set = (name: string, help: string, value: number | null) => {
    if (value !== null) gauge(name, help, ['vendor']).set({ vendor }, value)
  }
  gauge('account_state', '1 for the state that holds', ['vendor', 'state']).set({ vendor, state: row.state }, 1)
  gauge('verdict', '1 for the verdict that holds', ['vendor', 'verdict']).set(
    { vendor, verdict: row.verdict.replace('-', '_') },
    1,
  )
  set('balance_credits', 'The balance as last known', row.balance)
  set('spendable_credits', 'What can still be spent until the reset', row.spendable)
  set('at_stake_credits', 'Credits that will expire as things are', row.atStake)
  set('reset_timestamp_seconds', 'The next reset', seconds(row.resetAt))
  set('next_start_timestamp_seconds', 'When the next run begins', seconds(row.nextStart))
  set('last_look_timestamp_seconds', 'When the account was last looked at', seconds(row.lookedAt))
  return { contentType: registry.contentType, text: await registry.metrics() }
}

function seconds(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1_000
}

function gauges() {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name: `spenddown_${name}`, help, labelNames: [...labelNames], registers: [registry] })
  return { registry, gauge }
}

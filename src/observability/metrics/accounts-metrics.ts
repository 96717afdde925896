import { Gauge, Registry } from 'prom-client'

/** How an account stands, as far as it is counted. */
export interface CountedAccount {
  readonly vendor: string
  readonly state: string
  /** Credits that will expire as things are; null: not known. */
  readonly atStake: number | null
}

/** Metrics of many accounts: by vendor and state, not by account, so that they stay few. */
export async function accountsMetrics(accounts: readonly CountedAccount[], atWorkHere: number) {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  const count = gauge('spenddown_accounts', 'Accounts, by vendor and state', ['vendor', 'state'])
  const stake = gauge('spenddown_accounts_at_stake_credits', 'Credits that will expire as things are', ['vendor'])
  gauge('spenddown_accounts_at_work_here', 'Accounts that this process works now', []).set(atWorkHere)
  for (const { vendor, state, atStake } of accounts) {
    count.inc({ vendor, state })
    stake.inc({ vendor }, atStake ?? 0)
  }
  return { contentType: registry.contentType, text: await registry.metrics() }
}

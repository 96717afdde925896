import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The metrics of a process. Labels have few values each. */
export type Series = ReturnType<typeof series>

const CALL_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const CHECKPOINT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30]

export function series() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const terms = <L extends string>(name: string, help: string, ...labelNames: L[]) => {
    return { name: `spenddown_${name}`, help, labelNames, registers: [registry] }
  }
  const gauge = <L extends string>(name: string, help: string, ...labels: L[]) =>
    new Gauge<L>(terms<L>(name, help, ...labels))
  const counter = <L extends string>(name: string, help: string, ...labels: L[]) =>
    new Counter<'vendor' | 'job' | L>(terms<'vendor' | 'job' | L>(name, help, 'vendor', 'job', ...labels))
  const seconds = (name: string, help: string, buckets: number[]) =>
    new Histogram({ ...terms(name, help, 'vendor', 'job'), buckets })
  return {
    registry,
    spent: counter('spent_credits_total', 'What this process has spent.'),
    records: counter('records_total', 'Records, by how they ended in this process.', 'outcome'),
    calls: counter('calls_total', 'Calls of this process, by what came of them.', 'outcome'),
    callSeconds: seconds('call_duration_seconds', 'How long the vendor took to answer a call.', CALL_SECONDS),
    checkpointSeconds: seconds('checkpoint_duration_seconds', 'How long a checkpoint took.', CHECKPOINT_SECONDS),
    status: gauge('last_run_status', "How the job's last run ended: 1 for that outcome.", 'vendor', 'job', 'outcome'),
    verdict: gauge('verdict', 'The judgement on the account: 1 for the one that holds.', 'vendor', 'verdict'),
    tickAt: gauge('last_tick_timestamp_seconds', 'When a tick last went well, or a run of this process went on.'),
    ofVendor: vendorGauges((name, help) => gauge(name, help, 'vendor')),
    ofJob: jobGauges((name, help) => gauge(name, help, 'vendor', 'job')),
  }
}

function vendorGauges(gauge: (name: string, help: string) => Gauge<'vendor'>) {
  return {
    balance: gauge('balance_credits', 'The balance as last known, less every cost known of.'),
    unusedTypical: gauge('forecast_unused_typical_credits', 'What nobody will have spent at the reset.'),
    unusedMost: gauge('forecast_unused_most_credits', 'The same where all goes badly.'),
    atStake: gauge('at_stake_credits', 'What will expire at the reset as things are; nothing: not known.'),
    expiring: gauge('forecast_expiring_credits', 'How much of what is typically unused does not roll over.'),
    forecastAt: gauge('forecast_timestamp_seconds', 'When the forecast was made.'),
    resetAt: gauge('reset_timestamp_seconds', 'When the vendor resets the credits.'),
  }
}

function jobGauges(gauge: (name: string, help: string) => Gauge<'vendor' | 'job'>) {
  return {
    reserve: gauge('reserve_credits', 'What a run of the job leaves for others.'),
    spendable: gauge('spendable_credits', 'The balance less the reserve and what calls in flight or unknown hold.'),
    budget: gauge('budget_credits', 'What the current run may spend, or the last one might.'),
    runSpent: gauge('run_spent_credits', 'What the current run has spent, or the last one had.'),
    unknown: gauge('unknown_credits', "What the run's calls hold whose outcome nobody knows."),
    concurrency: gauge('pace_concurrency', 'Parallel calls now allowed.'),
    perSecond: gauge(
      'pace_calls_per_second',
      'Calls now allowed a second; nothing: as fast as the concurrency lets them.',
    ),
    inFlight: gauge('calls_in_flight', 'Calls sent and not answered.'),
    inProgress: gauge('run_in_progress', 'Whether this process is at work on a run of the job.'),
    endedAt: gauge('last_run_end_timestamp_seconds', "When the job's last run ended."),
    nextStartAt: gauge(
      'next_start_timestamp_seconds',
      'When the job is due next; nothing: it is at work, or nobody knows.',
    ),
  }
}

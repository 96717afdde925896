import type { Gauge } from 'prom-client'
import { ITEM_END_STATES, type ItemEndState } from '../../domain/call/item.ts'
import { type Judgement, VERDICTS } from '../../domain/judgement/judgement.ts'
import type { RunStatus, RunSummary } from '../../domain/run/run.ts'
import type { CallOutcome, RunEvent, RunProbe } from '../../refresh/events/events.ts'
import { type Series, series } from './series.ts'

/** A forecast, in credits; null: not known. Instants are epoch ms. */
interface ForecastFigures {
  readonly madeAt: number
  readonly balance: number | null
  readonly jobs: readonly { readonly job: string; readonly reserve: number; readonly spendable: number | null }[]
  readonly unused: { readonly typical: number; readonly most: number; readonly expiring: number } | null
}

const CALL_OUTCOMES: readonly CallOutcome[] = ['ok', 'throttled', 'failed', 'unknown']
const ENDS: readonly RunStatus[] = ['completed', 'stopped', 'failed']

/** What the daemon sees, for Prometheus: the figures of summaries, events and forecasts. */
export class Metrics implements RunProbe {
  readonly #series: Series = series()
  readonly #vendor: string
  /** The run under way, as of its last event. */
  #run: RunSummary | null = null

  constructor(vendor: string, jobs: readonly string[]) {
    this.#vendor = vendor
    for (const job of jobs) this.#begin(job)
  }

  get contentType(): string {
    return this.#series.registry.contentType
  }

  text(): Promise<string> {
    return this.#series.registry.metrics()
  }

  event(event: RunEvent): void {
    if (event.type !== 'started' && event.type !== 'progress' && event.type !== 'ended') return
    const { summary } = event
    if (event.type === 'started') {
      this.idle()
      this.#begin(summary.job)
    }
    this.#count(summary)
    this.#setVendor({ balance: summary.credits.balance })
    this.#amounts(summary)
    if (event.type === 'started') this.#set(summary.job, { inProgress: 1, nextStartAt: null })
    if (event.type === 'progress') {
      const { concurrency, perSecond, inFlight } = event.pace
      const spendable = event.spendable === null ? null : Math.max(0, event.spendable)
      this.#set(summary.job, { spendable, concurrency, perSecond, inFlight })
    }
    if (event.type !== 'ended') return
    const { balance, reserve, unknown } = summary.credits
    this.#set(summary.job, { spendable: balance === null ? null : Math.max(0, balance - reserve - unknown) })
    this.#last(summary)
    this.idle()
  }

  call(outcome: CallOutcome, latencyMs: number | null): void {
    if (this.#run === null) return
    const labels = this.#labels(this.#run.job)
    this.#series.calls.inc({ ...labels, outcome })
    if (latencyMs !== null) this.#series.callSeconds.observe(labels, latencyMs / 1_000)
  }

  checkpoint(durationMs: number): void {
    if (this.#run !== null) this.#series.checkpointSeconds.observe(this.#labels(this.#run.job), durationMs / 1_000)
  }

  /** No run is under way in this process. */
  idle(): void {
    if (this.#run === null) return
    const { job } = this.#run
    this.#set(job, { inProgress: 0, inFlight: 0, concurrency: null, perSecond: null })
    this.#run = null
  }

  /** A run that ended before this process began: its balance is not current. */
  pastRun(summary: RunSummary): void {
    this.#amounts(summary)
    this.#last(summary)
  }

  /** When the credits are reset, and when jobs are due next; epoch ms. Null: it is running, or not known. */
  decided(resetAt: number, jobs: readonly { readonly job: string; readonly nextStartAt: number | null }[]): void {
    this.#setVendor({ resetAt: resetAt / 1_000 })
    for (const { job, nextStartAt } of jobs)
      this.#set(job, { nextStartAt: nextStartAt === null ? null : nextStartAt / 1_000 })
  }

  forecast({ madeAt, balance, jobs, unused }: ForecastFigures): void {
    for (const { job, reserve, spendable } of jobs) this.#set(job, { reserve, spendable })
    this.#setVendor({
      balance,
      forecastAt: madeAt / 1_000,
      unusedTypical: unused?.typical ?? null,
      unusedMost: unused?.most ?? null,
      expiring: unused?.expiring ?? null,
    })
  }

  judged({ verdict, atStake }: Pick<Judgement, 'verdict' | 'atStake'>): void {
    this.#setVendor({ atStake })
    for (const each of VERDICTS)
      this.#series.verdict.set({ vendor: this.#vendor, verdict: each.replace('-', '_') }, each === verdict ? 1 : 0)
  }

  /** `at`: when the schedule was last evaluated, epoch ms. */
  lookedAfter(at: number): void {
    this.#series.tickAt.set(at / 1_000)
  }

  /** Counts what is new since the run's last event; what earlier processes did is not counted. */
  #count(summary: RunSummary): void {
    const before = this.#run?.runId === summary.runId ? this.#run : summary
    const labels = this.#labels(summary.job)
    this.#series.spent.inc(labels, Math.max(0, summary.credits.spent - before.credits.spent))
    for (const state of ITEM_END_STATES) {
      const more = Math.max(0, summary.records[state] - before.records[state])
      this.#series.records.inc({ ...labels, outcome: outcomeLabel(state) }, more)
    }
    this.#run = summary
  }

  #amounts({ job, credits: { reserve, budget, spent, unknown } }: RunSummary): void {
    this.#set(job, { reserve, budget, runSpent: spent, unknown })
  }

  #last({ job, status, endedAt }: RunSummary): void {
    if (endedAt !== null) this.#set(job, { endedAt: Date.parse(endedAt) / 1_000 })
    for (const outcome of ENDS) this.#series.status.set({ ...this.#labels(job), outcome }, outcome === status ? 1 : 0)
  }

  /** Series begin at zero, so that the first change can be seen. */
  #begin(job: string): void {
    const labels = this.#labels(job)
    const { spent, records, calls } = this.#series
    spent.inc(labels, 0)
    for (const state of ITEM_END_STATES) records.inc({ ...labels, outcome: outcomeLabel(state) }, 0)
    for (const outcome of CALL_OUTCOMES) calls.inc({ ...labels, outcome }, 0)
    this.#set(job, { inProgress: 0, inFlight: 0 })
  }

  #set(job: string, values: Values<Series['ofJob']>): void {
    setAll(this.#series.ofJob, this.#labels(job), values)
  }

  #setVendor(values: Values<Series['ofVendor']>): void {
    setAll(this.#series.ofVendor, { vendor: this.#vendor }, values)
  }

  #labels(job: string): { vendor: string; job: string } {
    return { vendor: this.#vendor, job }
  }
}

function outcomeLabel(state: ItemEndState): string {
  return state === 'notFound' ? 'not_found' : state
}

/** Null: not known. */
type Values<G> = { readonly [Name in keyof G]?: number | null }

function setAll<L extends string, G extends Readonly<Record<string, Gauge<L>>>>(
  gauges: G,
  labels: Readonly<Record<L, string>>,
  values: Values<G>,
): void {
  for (const [name, value] of Object.entries(values) as [keyof G, number | null][]) {
    if (value === null) gauges[name]?.remove(labels)
    else gauges[name]?.set(labels, value)
  }
}

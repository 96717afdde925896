import { percent } from '../domain/figure.ts'
import { roughly } from '../domain/roughly.ts'
import { controlRequestWords } from '../domain/run.ts'
import { counted } from '../domain/words.ts'
import { endingAt } from './ending-at.ts'
import type { AccountView } from './ports.ts'

/** Whether credits are used up in time, at a glance: 'good', worth a look, or a person is needed. */
export interface Verdict {
  readonly level: 'good' | 'look' | 'act'
  readonly title: string
  /** In the order of how much they matter; instants stand as ISO 8601. */
  readonly reasons: readonly string[]
}

interface Finding {
  readonly level: Verdict['level']
  readonly words: string
}

/** So large a part of what could be spent may be lost before it is worth a look. */
const LOSS = 0.05
/** And so large a part before somebody must do something. */
const GREAT_LOSS = 0.25

const TITLES: Readonly<Record<Verdict['level'], string>> = {
  good: 'On course',
  look: 'Worth a look',
  act: 'A person is needed',
}

const ORDER = ['act', 'look', 'good'] as const

/** Pure. */
export function verdictOf(view: AccountView): Verdict {
  const findings = [...ofJobs(view), ...ofRun(view), ...ofForecast(view), ...ofUnknown(view)]
  const sorted = ORDER.flatMap((level) => findings.filter((finding) => finding.level === level))
  const level = sorted[0]?.level ?? 'good'
  return { level, title: TITLES[level], reasons: sorted.map(({ words }) => words) }
}

function ofJobs({ jobs, open }: AccountView): Finding[] {
  return jobs.flatMap(({ job, decision }): Finding[] => {
    if (decision?.kind !== 'wait') return []
    // A pause is told of the run itself.
    if (decision.because === 'needs-person' && open?.summary.controlRequest == null)
      return [{ level: 'act', words: `${job}: ${decision.why}.` }]
    return decision.because === 'too-late' ? [{ level: 'look', words: `${job}: ${decision.why}.` }] : []
  })
}

function ofRun({ open, at, jobs }: AccountView): Finding[] {
  if (open === null) return []
  const { summary, atWork, stopAt } = open
  const { runId, controlRequest } = summary
  if (controlRequest !== null) {
    const words = `Run ${runId} was ${controlRequestWords({ ...controlRequest, at: Date.parse(controlRequest.at) })}; nothing is spent until it goes on.`
    // A pause is waited for; what was stopped goes on by nobody's doing.
    return [{ level: controlRequest.what === 'stop' && atWork === null ? 'act' : 'look', words }]
  }
  if (atWork === null) {
    const resumes = jobs.some(({ job, decision }) => job === summary.job && decision !== null)
    if (resumes) return [{ level: 'good', words: `Run ${runId} is not at work; the schedule goes on with it.` }]
    return [{ level: 'look', words: `Run ${runId} is not at work, and no schedule goes on with it.` }]
  }
  const endsAt = endingAt(summary, at)
  if (endsAt === null) return [{ level: 'good', words: `Run ${runId} is at work.` }]
  if (endsAt <= stopAt || isSteady(open.spec))
    return [
      {
        level: 'good',
        words: `Run ${runId} is done in about ${roughly(endsAt - at)}, at ${iso(Math.min(endsAt, stopAt))}.`,
      },
    ]
  const words = `Run ${runId} is too slow: it would end at ${iso(endsAt)}, and nothing is sent after ${iso(stopAt)}.`
  return [{ level: 'act', words }]
}

function ofForecast({ forecast }: AccountView): Finding[] {
  if (forecast.kind !== 'made' || forecast.forecast.unused === null) return []
  const { expiring, spendable } = forecast.forecast.unused
  const amount = `About ${counted(Math.round(expiring), 'credit')}`
  if (expiring <= spendable * LOSS)
    return [
      {
        level: 'good',
        words: expiring === 0 ? 'Nothing would expire at the reset.' : `${amount} would expire at the reset.`,
      },
    ]
  const words = `${amount} would expire at the reset: ${percent(expiring, spendable)} of what could be spent.`
  return [{ level: expiring > spendable * GREAT_LOSS ? 'act' : 'look', words }]
}

function ofUnknown({ unknown, open }: AccountView): Finding[] {
  if (unknown === 0) return []
  const words = `Unknown calls hold ${counted(unknown, 'credit')}`
  if (open?.atWork != null)
    return [{ level: 'good', words: `${words}: the run settles them from the balance when it needs them.` }]
  return [{ level: 'look', words: `${words}: see Unknown calls.` }]
}

function isSteady(spec: unknown): boolean {
  return typeof spec === 'object' && spec !== null && 'pace' in spec && spec.pace === 'steady'
}

function iso(at: number): string {
  return new Date(Math.floor(at / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
}

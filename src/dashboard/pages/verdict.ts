import { controlRequestWords } from '../../domain/run/run.ts'
import { iso } from '../../domain/time/iso.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { percent } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import type { AccountView, RunView } from '../ports.ts'
import { endingAt } from './run-fields.ts'

/** Whether credits are used up in time, at a glance: 'good', worth a look, or a person is needed. */
export interface Verdict {
  readonly level: 'good' | 'look' | 'act'
  readonly title: string
  /** In the order of how much they matter; instants stand as ISO 8601. */
  readonly reasons: readonly string[]
}

type Finding = readonly [level: Verdict['level'], words: string]

/** If so large a part of what could be spent would be lost, it is worth a look. */
const LOSS = 0.05
/** If so large a part would be lost, somebody must do something. */
const GREAT_LOSS = 0.25

const TITLES = { act: 'A person is needed', look: 'Worth a look', good: 'On course' } as const

/** Pure. */
export function verdictOf(view: AccountView): Verdict {
  const run = view.open === null ? [] : [ofRun(view.open, view)]
  const findings = [...ofJobs(view), ...run, ...ofForecast(view), ...ofUnknown(view)]
  const levels = Object.keys(TITLES) as Verdict['level'][]
  const sorted = levels.flatMap((level) => findings.filter(([of]) => of === level))
  const level = sorted[0]?.[0] ?? 'good'
  return { level, title: TITLES[level], reasons: sorted.map(([, words]) => words) }
}

function ofJobs({ jobs, open }: AccountView): Finding[] {
  return jobs.flatMap(({ job, decision }): Finding[] => {
    if (decision?.kind !== 'wait') return []
    const words = `${job}: ${decision.why}.`
    // A pause is told of the run itself.
    if (decision.because === 'needs-person' && open?.summary.controlRequest == null) return [['act', words]]
    return decision.because === 'too-late' ? [['look', words]] : []
  })
}

function ofRun({ summary, atWork, stopAt, spec }: RunView, { at, jobs }: AccountView): Finding {
  const { runId, controlRequest } = summary
  if (controlRequest !== null) {
    const asked = controlRequestWords({ ...controlRequest, at: Date.parse(controlRequest.at) })
    // Somebody waits for a pause to end; nothing but a person ends a stop.
    const level = controlRequest.what === 'stop' && atWork === null ? 'act' : 'look'
    return [level, `Run ${runId} was ${asked}; nothing is spent until it goes on.`]
  }
  if (atWork === null) {
    const resumes = jobs.some(({ job, decision }) => job === summary.job && decision !== null)
    if (resumes) return ['good', `Run ${runId} is not at work; the schedule goes on with it.`]
    return ['look', `Run ${runId} is not at work, and no schedule goes on with it.`]
  }
  const endsAt = endingAt(summary, at)
  if (endsAt === null) return ['good', `Run ${runId} is at work.`]
  if (endsAt <= stopAt || isSteady(spec)) {
    const end = toTheSecond(Math.min(endsAt, stopAt))
    return ['good', `Run ${runId} is done in about ${roughly(endsAt - at)}, at ${end}.`]
  }
  const late = `it would end at ${toTheSecond(endsAt)}, and nothing is sent after ${toTheSecond(stopAt)}`
  return ['act', `Run ${runId} is too slow: ${late}.`]
}

function ofForecast({ forecast }: AccountView): Finding[] {
  if (forecast.kind !== 'made' || forecast.forecast.unused === null) return []
  const { expiring, spendable } = forecast.forecast.unused
  if (expiring === 0) return [['good', 'Nothing would expire at the reset.']]
  const loss = `About ${counted(Math.round(expiring), 'credit')} would expire at the reset`
  if (expiring <= spendable * LOSS) return [['good', `${loss}.`]]
  const level = expiring > spendable * GREAT_LOSS ? 'act' : 'look'
  return [[level, `${loss}: ${percent(expiring, spendable)} of what could be spent.`]]
}

function ofUnknown({ unknown, open }: AccountView): Finding[] {
  if (unknown === 0) return []
  const words = `Unknown calls hold ${counted(unknown, 'credit')}`
  if (open?.atWork != null) return [['good', `${words}: the run settles them from the balance when it needs them.`]]
  return [['look', `${words}: see Unknown calls.`]]
}

function isSteady(spec: unknown): boolean {
  return typeof spec === 'object' && spec !== null && 'pace' in spec && spec.pace === 'steady'
}

function toTheSecond(at: number): string {
  return iso(at).replace(/\.\d+Z$/, 'Z')
}

import { controlRequestWords } from '../../domain/run/run.ts'
import { iso } from '../../domain/time/iso.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { percent } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import type { AccountView, RunView } from '../ports.ts'
import { endingAt } from './run-fields.ts'

type Level = keyof typeof TITLES
type Finding = readonly [level: Level, words: string]

/** The share of what could be spent from which a loss is worth a look, and from which a person is needed. */
const LOSS = 0.05
const GREAT_LOSS = 0.25

const TITLES = { act: 'A person is needed', look: 'Worth a look', good: 'On course' } as const

/** Whether credits are used up in time. The reasons are in order of importance; instants in them are ISO 8601. */
export function verdictOf(view: AccountView) {
  const run = view.open === null ? [] : [ofRun(view.open, view)]
  const findings = [...ofJobs(view), ...run, ...ofForecast(view), ...ofUnknown(view)]
  const levels = Object.keys(TITLES) as Level[]
  const sorted = levels.flatMap((level) => findings.filter(([of]) => of === level))
  const level = sorted[0]?.[0] ?? 'good'
  return { level, title: TITLES[level], reasons: sorted.map(([, words]) => words) }
}

function ofJobs({ jobs, open }: AccountView): Finding[] {
  return jobs.flatMap(({ job, decision }): Finding[] => {
    if (decision?.kind !== 'wait') return []
    const words = `${job}: ${decision.why}.`
    // A pause is a finding of the run.
    if (decision.because === 'needs-person' && open?.summary.controlRequest == null) return [['act', words]]
    return decision.because === 'too-late' ? [['look', words]] : []
  })
}

function ofRun({ summary, atWork, stopAt, spec }: RunView, { at, jobs }: AccountView): Finding {
  const { runId, controlRequest } = summary
  if (controlRequest !== null) {
    const asked = controlRequestWords({ ...controlRequest, at: Date.parse(controlRequest.at) })
    // A process waits for the end of a pause; a stop ends only if a person takes it back.
    const level = controlRequest.what === 'stop' && atWork === null ? 'act' : 'look'
    return [level, `Run ${runId} was ${asked}; nothing is spent until it goes on.`]
  }
  if (atWork === null) {
    const resumes = jobs.some(({ job, decision }) => job === summary.job && decision !== null)
    if (resumes) return ['good', `Run ${runId} is not running; the schedule goes on with it.`]
    return ['look', `Run ${runId} is not running, and no schedule goes on with it.`]
  }
  const endsAt = endingAt(summary, at)
  if (endsAt === null) return ['good', `Run ${runId} is running.`]
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

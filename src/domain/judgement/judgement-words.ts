import { iso } from '../time/iso.ts'
import { roughly } from '../time/roughly.ts'
import { inZone, weekdayTime } from '../time/zoned-time.ts'
import { figure } from '../words/figure.ts'
import type { Cause, Judgement, LossCause, Verdict } from './judgement.ts'

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'on-track': 'On track',
  'at-risk': 'At risk',
  losing: 'Losing credits',
  'action-required': 'Action required',
  unknown: 'Not known',
}

/** Why a forecast has credits left, where several causes are listed. */
export const LOSS_WORDS: Readonly<Record<LossCause, string>> = {
  'too-few-records': 'too few eligible records',
  'too-slow': 'too slow for the time that is left',
  'starts-too-late': 'a start that is too late',
  'no-start': 'no start any more in this billing cycle',
  budget: 'a budget below what is left',
}

/** A judgement as JSON: credits are decimals, instants ISO 8601, `sentence`, `why` and `todo` words in the cycle's zone. */
export interface ShownJudgement {
  readonly at: string
  readonly verdict: Verdict
  readonly atStake: number | null
  readonly spendable: number | null
  readonly cause: Cause
  readonly command: string | null
  readonly actBy: string | null
  readonly finishAt: string | null
  readonly resetAt: string
  readonly sentence: string
  readonly why: string
  readonly todo: string | null
}

export function shownJudgement(judgement: Judgement, zone: string): ShownJudgement {
  const { at, verdict, atStake, spendable, cause, command, actBy, finishAt, resetAt } = judgement
  return {
    at: iso(at),
    verdict,
    atStake,
    spendable,
    cause,
    command,
    actBy: actBy === null ? null : iso(actBy),
    finishAt: finishAt === null ? null : iso(Math.round(finishAt)),
    resetAt: iso(resetAt),
    sentence: sentenceOf(judgement, zone),
    why: causeWords(judgement, zone),
    todo: actionWords(judgement, zone),
  }
}

/** "On track: 0 of 9,341 credits will expire; reset Tue 00:00 EST, in 2 d 11 h". */
export function sentenceOf(judgement: Judgement, zone: string): string {
  const { at, resetAt, cause } = judgement
  const reset = cause === 'reset-missed' ? 'next reset' : 'reset'
  return `${outcomeWords(judgement)}; ${reset} ${weekdayTime(resetAt, zone, at)}, in ${roughly(resetAt - at)}`
}

/** The same without the reset. */
export function outcomeWords(judgement: Judgement): string {
  const { verdict, atStake, cause, detail } = judgement
  if (cause === 'reset-missed') return `${VERDICT_WORDS[verdict]}: up to ${detail} credits expired unused`
  if (atStake === null) return shortOutcome(judgement)
  const how = verdict === 'at-risk' ? 'may expire' : 'will expire'
  return `${shortOutcome(judgement)} credits ${how}${verdict === 'action-required' ? ' unless you act' : ''}`
}

/** "On track: 0 of 9,341". */
export function shortOutcome({ verdict, atStake, spendable }: Judgement): string {
  const title = VERDICT_WORDS[verdict]
  const all = spendable === null ? '' : figure(Math.round(spendable))
  if (atStake === null) return spendable === null ? title : `${title}: ${all} credits to spend`
  const amount = figure(Math.round(atStake))
  return `${title}: ${spendable === null || spendable < atStake ? amount : `${amount} of ${all}`}`
}

/** Why, in one sentence. */
export function causeWords(judgement: Judgement, zone: string): string {
  const { run, at } = judgement
  const name = run?.job ?? ''
  const words = CAUSE_WORDS[judgement.cause](judgement, (instant) => weekdayTime(instant, zone, at), name)
  // What others say has its instants in UTC.
  return inZone(words, zone)
}

type Words = (judgement: Judgement, time: (instant: number) => string, name: string) => string

const CAUSE_WORDS: Readonly<Record<Cause, Words>> = {
  'run-in-time': ({ finishAt, stopAt }, time, name) => {
    if (finishAt === null || stopAt === null) return `${name} is running.`
    if (finishAt > stopAt) return `${name} works until it must stop, ${time(stopAt)}.`
    return `${name} finishes ${time(finishAt)}, ${roughly(stopAt - finishAt)} before it must stop.`
  },
  steady: ({ stopAt }, time, name) => `${name} is spread until it must stop${after(stopAt, time, ', ')}.`,
  'run-begins': (_, __, name) => `${name} has begun; nothing has come back yet.`,
  'vendor-failing': ({ at, when, detail }, _, name) =>
    `No call of ${name} has succeeded${when === null ? '' : ` for ${roughly(at - when)}`}${said(detail)}.`,
  'too-slow': ({ run, finishAt, stopAt }, time, name) => {
    if (run === null || finishAt === null || stopAt === null) return `Won't finish in time: ${LOSS_WORDS['too-slow']}.`
    return `${name} won't finish in time: at this pace ${time(finishAt)}, ${roughly(finishAt - stopAt)} after it must stop.`
  },
  'too-few-records': () => 'There are too few eligible records for these credits.',
  budget: () => 'The budget is below what is left to spend.',
  'starts-too-late': ({ job, when, actBy }, time) =>
    `${job ?? 'The next run'} starts ${when === null ? 'too late' : time(when)}${after(actBy, time, ', after the latest safe start ')}.`,
  'no-start': () => 'No run starts before the reset.',
  'as-planned': ({ job, when, at }, time) => {
    if (job === null || when === null) return 'What is left is as good as spent.'
    return when <= at ? `${job} starts now.` : `${job} starts ${time(when)}.`
  },
  'nothing-to-spend': ({ resetAt }, time) => `Nothing is left to spend before ${time(resetAt)}.`,
  paused: ({ by, when }, time, name) => `${name} was paused by ${by}${after(when, time)}; nothing is spent meanwhile.`,
  stopped: ({ by, when }, time, name) =>
    `${name} was stopped by ${by}${after(when, time)}; the schedule does not go on with it.`,
  narrowed: (_, __, name) => `${name} was narrowed by flags, and no other run spends the rest.`,
  interrupted: (_, __, name) => `${name} is interrupted, and no schedule goes on with it.`,
  'run-failed': ({ detail }, _, name) => `${name} failed${said(detail)}.`,
  'scheduler-gone': ({ when, job }, time) => {
    const seen = when === null ? 'No scheduler was ever seen' : `The scheduler was last seen ${time(when)}`
    return `${seen}${job === null ? '; nothing will start by itself' : `, and ${job} is due`}.`
  },
  'no-schedule': () => 'No job has a schedule: runs are started by hand.',
  'unknown-calls': ({ atStake }) => `Calls of unknown cost hold ${figure(atStake ?? 0)} credits.`,
  'balance-unknown': () => 'The vendor has reported no balance in this billing cycle yet.',
  'reset-missed': ({ command, when }, time) => {
    const now = command === 'spenddown plan' ? 'no balance has been reported since' : 'no scheduler is running'
    return `They were left at the reset${after(when, time)}; ${now}.`
  },
  'not-forecast': ({ detail }) =>
    detail === null ? 'The eligible records are being counted.' : `There is no forecast${said(detail)}.`,
  'database-unreachable': ({ detail }) => `Database unreachable${said(detail)}.`,
}

function after(instant: number | null, time: (instant: number) => string, words = ' '): string {
  return instant === null ? '' : `${words}${time(instant)}`
}

/** A cause in somebody else's words, without the full stop that follows. */
function said(detail: string | null): string {
  return detail === null ? '' : `: ${detail.trim().replace(/\.$/, '')}`
}

/** What a run that has failed asks for. */
export function mendWords(command: string): string {
  return `Fix that, check with \`spenddown doctor\`, then \`${command}\``
}

/** The one thing to do; null: nothing. */
export function actionWords(judgement: Judgement, zone: string): string | null {
  const { at, actBy, atStake, command, cause, detail } = judgement
  if (command === null) return null
  const lose = atStake === null ? '' : ` or lose ${figure(Math.round(atStake))}`
  const by = actBy === null ? '' : actBy <= at ? ' now' : ` by ${weekdayTime(actBy, zone, at)}`
  switch (cause) {
    case 'paused':
    case 'stopped':
    case 'interrupted':
      return `Resume${by}${by === '' ? '' : lose}: \`${command}\``
    case 'run-failed':
      return mendWords(command)
    case 'reset-missed':
      return command === 'spenddown plan'
        ? `Ask for the new balance: \`${command}\``
        : `Start the scheduler: \`${command}\``
    case 'scheduler-gone':
      return `Start it${by}: \`${command}\``
    case 'starts-too-late':
      return `Start${by}: \`${command}\``
    case 'vendor-failing':
      return `Nothing to do yet: it retries by itself; \`${command}\` shows what the vendor answers`
    case 'too-few-records':
    case 'too-slow':
    case 'no-start':
    case 'budget':
      return detail === null ? `What would help: \`${command}\`` : `What would help: ${inZone(detail, zone)}`
    case 'narrowed':
      return `Once it has ended: \`${command}\``
    case 'unknown-calls':
      return `List and settle them: \`${command}\``
    case 'database-unreachable':
      return `Start it, or mend \`database.url\`; \`${command}\` checks it`
    case 'balance-unknown':
    case 'not-forecast':
      return `Ask for it: \`${command}\``
    default:
      return `Run \`${command}\``
  }
}

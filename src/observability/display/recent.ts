import type { Mark } from '../../domain/judgement/health.ts'

/** Marks of the last minute, one a second, the oldest first; before them the one of the last success. */
export type Recent = readonly Mark[]

const EVERY_MS = 1_000
const FOR_MS = 61_000

export function marked(recent: Recent, mark: Mark): Recent {
  const last = recent.at(-1)
  // The clock was set back.
  if (last === undefined || mark.at < last.at) return [mark]
  if (mark.at - last.at < EVERY_MS) return recent
  const success = recent.find(({ answered }) => answered >= mark.answered)
  return [...recent.filter((each) => mark.at - each.at <= FOR_MS || each === success), mark]
}

const LEVELS = '▁▂▃▄▅▆▇'
const BIN_MS = 5_000
const BINS = 12

/** Records that ended in each five seconds of the last minute, as a line of bars; empty before there are three. */
export function sparkOf(recent: Recent, now: Mark): string {
  const marks = [...recent, now]
  const doneAt = (at: number) => (marks.findLast((mark) => mark.at <= at) ?? (marks[0] as Mark)).done
  const bins = Math.min(BINS, Math.floor((now.at - (marks[0] as Mark).at) / BIN_MS))
  if (bins < 3) return ''
  const ends = Array.from({ length: bins + 1 }, (_, at) => doneAt(now.at - (bins - at) * BIN_MS))
  const counts = ends.slice(1).map((done, at) => Math.max(0, done - (ends[at] as number)))
  const most = Math.max(1, ...counts)
  return counts.map((count) => LEVELS[Math.round((count / most) * (LEVELS.length - 1))]).join('')
}

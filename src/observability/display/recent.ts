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

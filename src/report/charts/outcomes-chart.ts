import { figure } from '../../domain/figure.ts'
import { ITEM_END_STATES, type ItemEndState } from '../../domain/item.ts'
import type { Html } from '../html.ts'
import type { Course } from '../report.ts'
import { chart, height } from './frame.ts'
import { type Column, columns } from './shapes.ts'
import { amountTicks, type TimeSpan } from './ticks.ts'

/** How many records ended how in each of many equal times, on each other. */
export function outcomesChart({ course, run }: Course, time: TimeSpan): Html {
  const stacked = stackOf(course)
  const most = Math.max(1, ...[...stacked.values()].flatMap((all) => all.map(({ top }) => top)))
  const ticks = amountTicks(most)
  const top = ticks.at(-1)?.value ?? 1
  const words = ITEM_END_STATES.filter((state) => run.records[state] > 0).map(
    (state) => `${figure(run.records[state])} ${OUTCOME_WORDS[state]}`,
  )
  return chart(
    `Records by outcome, over time; in all ${words.join(', ')}`,
    time,
    (size) => (records) => height(size, records / top),
    ticks,
    (frame) => [...stacked].map(([state, all]) => columns(all, frame, `of-${state}`)),
  )
}

export const OUTCOME_WORDS: Readonly<Record<ItemEndState, string>> = {
  refreshed: 'refreshed',
  notFound: 'not found',
  failed: 'failed',
  unknown: 'unknown',
  superseded: 'refreshed by someone else',
}

function stackOf({ outcomes, points }: Course['course']): Map<ItemEndState, Column[]> {
  const endAt = Date.parse(points.at(-1)?.at ?? '')
  const stacked = new Map(ITEM_END_STATES.map((state): [ItemEndState, Column[]] => [state, []]))
  for (const { at, records } of outcomes.times) {
    const fromAt = Date.parse(at)
    let base = 0
    for (const state of ITEM_END_STATES) {
      const top = base + records[state]
      stacked.get(state)?.push({ fromAt, toAt: Math.min(endAt, fromAt + outcomes.everyMs), base, top })
      base = top
    }
  }
  return stacked
}

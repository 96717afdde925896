import { type Columns, columnsFor, frameOf, type Row, type Size } from './frame.ts'
import { isTrouble, newsWords } from './news.ts'
import { paceLines } from './pace-lines.ts'
import { creditsLine, endLine, errorsLine, headLine, newsLine, recordsLine } from './run-lines.ts'
import { type RunView, standingOf } from './run-view.ts'
import type { Line } from './text.ts'
import type { Times } from './times.ts'

export interface FrameOptions {
  readonly size: Size
  readonly color: boolean
  readonly times: Times
}

const MOST_NEWS = 5
const BLANK: Line = []

/** A run as it is shown at `now` (epoch ms): lines no wider and no more than the terminal has room for. */
export function runFrame(view: RunView, now: number, { size, color, times }: FrameOptions): string[] {
  const columns = columnsFor(size)
  const [pace, why] = paceLines(columns, view, now, times)
  // If nothing goes, why and what to do come first.
  const halted = standingOf(view) !== 'running'
  const { throttled, failed, unknown } = view.summary.calls
  const trouble = throttled + failed + unknown > 0
  const figures: Row[] = [
    { rank: 6, line: headLine(columns, view, now) },
    { rank: 10, line: BLANK },
    { rank: halted ? 3 : 2, line: recordsLine(columns, view) },
    { rank: halted ? 2.5 : 1, line: creditsLine(columns, view) },
    { rank: halted ? 1 : 4, line: pace },
    { rank: halted ? 2 : 5, line: why },
    { rank: trouble ? 7 : 8, line: errorsLine(columns, view) },
    { rank: 3, line: endLine(columns, view, now, times) },
  ]
  return frameOf([...figures, ...newsRows(view, columns, times)], size, color)
}

/** The newest is the last, and the last to go. */
function newsRows({ news }: RunView, columns: Columns, times: Times): Row[] {
  const items = news.slice(-MOST_NEWS)
  if (items.length === 0) return []
  const rows = items.map((item, at) => ({
    rank: at === items.length - 1 ? 9 : 20 + items.length - at,
    line: newsLine(columns, item.at, newsWords(item), isTrouble(item.news), times),
  }))
  return [{ rank: 11, line: BLANK }, ...rows]
}

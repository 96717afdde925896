import { burnLines, endLine } from './burn-lines.ts'
import { columnsFor, frameOf, type Row, type Size } from './frame.ts'
import { isTrouble } from './news.ts'
import { newsWords } from './news-words.ts'
import { paceLines } from './pace-lines.ts'
import { prospectOf } from './prospect.ts'
import { creditsLine, errorsLine, headLine, newsLine, recordsLine } from './run-lines.ts'
import { isHalted, type RunView } from './run-view.ts'
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
  const prospect = prospectOf(view, now)
  const [left, ideal] = burnLines(columns, view, prospect, now, times)
  const [pace, why] = paceLines(columns, view, now, times)
  // Where nothing goes, why and what to do come first.
  const halted = isHalted(view)
  const { throttled, failed, unknown } = view.summary.calls
  const trouble = throttled + failed + unknown > 0
  const figures: Row[] = [
    { rank: 6, line: headLine(columns, view, now) },
    { rank: 12, line: BLANK },
    { rank: halted ? 3 : 2, line: recordsLine(columns, view) },
    { rank: halted ? 2.5 : 1, line: creditsLine(columns, view) },
    { rank: 8, line: left },
    { rank: 9, line: ideal },
    { rank: halted ? 1 : 4, line: pace },
    { rank: halted ? 2 : 5, line: why },
    { rank: trouble ? 7 : 10, line: errorsLine(columns, view) },
    { rank: 3, line: endLine(columns, view, prospect, now, times) },
  ]
  return frameOf([...figures, ...newsRows(view, columns, times)], size, color)
}

/** The newest is the last, and the last to go. */
function newsRows({ news }: RunView, columns: ReturnType<typeof columnsFor>, times: Times): Row[] {
  const items = news.slice(-MOST_NEWS)
  if (items.length === 0) return []
  const rows = items.map((item, at) => ({
    rank: at === items.length - 1 ? 11 : 20 + items.length - at,
    line: newsLine(columns, item.at, newsWords(item), isTrouble(item.news), times),
  }))
  return [{ rank: 13, line: BLANK }, ...rows]
}

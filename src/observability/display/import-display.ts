import { figure, percent, roundFigure } from '../../domain/words/figure.ts'
import type { ImportState } from '../../import/ports.ts'
import { barred, columnsFor, frameOf, labelled, type Size } from './frame.ts'
import { LiveScreen, type ScreenParts } from './live-screen.ts'
import { fitting, piece } from './text.ts'
import { about } from './times.ts'

/** Shows an import live on a terminal. */
export class ImportDisplay extends LiveScreen {
  readonly #monotonic: () => number
  #view: ImportView | null = null

  constructor({ color, ...parts }: Omit<ScreenParts, 'frame'> & { readonly color: boolean }) {
    const monotonic = () => parts.clock.monotonic()
    super({
      ...parts,
      frame: (size) => (this.#view === null ? [] : importFrame(this.#view, monotonic(), { size, color })),
    })
    this.#monotonic = monotonic
  }

  show(state: ImportState): void {
    this.#view = reached(this.#view, state, this.#monotonic())
    this.changed()
  }
}

/** How far an import is, and where this process began it; `at` is monotonic ms. */
export interface ImportView {
  readonly state: ImportState
  readonly from: { readonly at: number; readonly read: number; readonly position: number }
}

export function reached(view: ImportView | null, state: ImportState, now: number): ImportView {
  return { state, from: view?.from ?? { at: now, read: state.counts.read, position: state.position } }
}

/** Two lines: how far the import is in its file, with the time to go, and what became of the lines read. */
export function importFrame(
  { state, from }: ImportView,
  now: number,
  { size, color }: { readonly size: Size; readonly color: boolean },
): string[] {
  const { counts, position, size: whole } = state
  const columns = columnsFor(size)
  const ms = Math.max(1, now - from.at)
  const read = `${figure(counts.read)} lines`
  const left =
    whole === null || position <= from.position ? null : ((whole - position) * ms) / (position - from.position)
  const end = left === null ? '' : ` · ${about(left)} to go`
  const share = whole === null ? '' : `${percent(Math.min(position, whole), whole)} · `
  const perSecond = `${roundFigure(((counts.read - from.read) * 1_000) / ms)} a second`
  const became = [
    `${figure(counts.inserted)} new`,
    `${figure(counts.changed)} changed`,
    ...(counts.rejected > 0 ? [`${figure(counts.rejected)} rejected`] : []),
  ].join(' · ')
  const parts = [Math.min(position, whole ?? 0), 0, whole === null ? 1 : Math.max(0, whole - position)] as const
  const wordings = [`${share}${read}${end}`, `${share}${read}`, read]
  const rows = [
    { rank: 1, line: barred(columns, 'import', parts, wordings) },
    { rank: 2, line: labelled(columns, '', piece(fitting([`${became} · ${perSecond}`, became], columns.words))) },
  ]
  return frameOf(rows, size, color)
}

import { figure, percent } from '../../domain/figure.ts'
import type { ImportState } from '../../import/ports.ts'
import { columnsFor, frameOf, type Size } from './frame.ts'
import { barred, labelled } from './run-lines.ts'
import { fitting, piece } from './text.ts'
import { about } from './times.ts'

/** How far an import is, and where this process began with it. Instants are ms that never go back. */
export interface ImportView {
  readonly state: ImportState
  readonly from: { readonly at: number; readonly read: number; readonly position: number }
}

export function reached(view: ImportView | null, state: ImportState, now: number): ImportView {
  return { state, from: view?.from ?? { at: now, read: state.counts.read, position: state.position } }
}

/** Two lines: how far it is, and what became of what was read. */
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
  const perSecond = `${figure(Number((((counts.read - from.read) * 1_000) / ms).toPrecision(2)))} a second`
  const became = [
    `${figure(counts.inserted)} new`,
    `${figure(counts.changed)} changed`,
    ...(counts.rejected > 0 ? [`${figure(counts.rejected)} rejected`] : []),
  ].join(' · ')
  const parts = [Math.min(position, whole ?? 0), 0, whole === null ? 1 : Math.max(0, whole - position)] as const
  const wordings = [`${share}${read}${end}`, `${share}${read}`, read]
  return frameOf(
    [
      { rank: 1, line: barred(columns, 'import', parts, wordings) },
      { rank: 2, line: labelled(columns, '', piece(fitting([`${became} · ${perSecond}`, became], columns.words))) },
    ],
    size,
    color,
  )
}

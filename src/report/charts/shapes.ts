import { escapedText } from '../../domain/words/escaped-text.ts'
import { cutText } from '../cut-text.ts'
import { type Html, html } from '../html.ts'
import { at, type Frame, height } from './frame.ts'
import type { TimeSpan } from './ticks.ts'

/** A point of a line: an instant (epoch ms) and its value; null: nothing is known there. */
export type Point = readonly [at: number, value: number | null]

type Known = readonly [at: number, value: number]

/** What is known without a gap. */
function stretches(points: readonly Point[]): Known[][] {
  const all: Known[][] = [[]]
  for (const [at, value] of points) {
    if (value === null) all.push([])
    else all.at(-1)?.push([at, value])
  }
  return all.filter((stretch) => stretch.length > 0)
}

/** A line with gaps where nothing is known. */
export function line(points: readonly Point[], { x, y }: Frame, name: string): Html {
  const path = stretches(points).map(
    (stretch) => `M${stretch.map(([when, value]) => `${at(x(when))} ${at(y(value))}`).join('L')}`,
  )
  return html`<path class="line ${name}" d="${path.join('')}"/>`
}

/** A line that stays until the next point. */
export function steps(points: readonly Point[], { x, y }: Frame, name: string): Html {
  const path = stretches(points).flatMap((stretch) =>
    stretch.map(([when, value], place) =>
      place === 0 ? `M${at(x(when))} ${at(y(value))}` : `H${at(x(when))}V${at(y(value))}`,
    ),
  )
  return html`<path class="line ${name}" d="${path.join('')}"/>`
}

export function area(points: readonly Point[], { x, y, size }: Frame, name: string): Html {
  const floor = at(height(size, 0))
  const path = stretches(points).map((stretch) => {
    const top = stretch.map(([when, value]) => `L${at(x(when))} ${at(y(value))}`).join('')
    return `M${at(x(stretch[0]?.[0] ?? 0))} ${floor}${top}V${floor}Z`
  })
  return html`<path class="area ${name}" d="${path.join('')}"/>`
}

type Period = Omit<TimeSpan, 'timeZone'>
/** A part of a stacked column. */
type Column = Period & { readonly base: number; readonly top: number }

export function columns(all: readonly Column[], { x, y }: Frame, name: string): Html {
  const path = all
    .filter(({ base, top }) => top > base)
    .map(({ fromAt, toAt, base, top }) => {
      const [left, right] = [at(x(fromAt)), at(x(toAt))]
      return `M${left} ${at(y(base))}V${at(y(top))}H${right}V${at(y(base))}Z`
    })
  return html`<path class="area ${name}" d="${path.join('')}"/>`
}

/** Times that are marked over the whole height. */
export function bands(times: readonly Period[], { x, size }: Frame, name: string): Html {
  return html`${times.map(({ fromAt, toAt }) => {
    const left = at(x(fromAt))
    return html`<rect class="${name}" x="${left}" y="${size.top}" width="${at(Math.max(1, x(toAt) - left))}" height="${size.height - size.top - size.bottom}"/>`
  })}`
}

/** About the width of a letter of a mark's words. */
const LETTER = 5.4
/** Fewer letters say nothing. */
const LEAST_WORDS = 14

/**
 * Numbers at the top, in rows so that none covers another, with as many of their words as there is space for up to the
 * next; one for which there is no space is left out.
 */
export function marks(all: readonly { readonly at: number; readonly words: string }[], frame: Frame): Html {
  const { x, size } = frame
  const [room, radius, rows] = size.name === 'wide' ? [17, 8, 3] : [15, 7, 3]
  const ends = Array<number>(rows).fill(Number.NEGATIVE_INFINITY)
  const placed = all.flatMap((mark, number) => {
    const place = Math.min(size.width - size.right - radius, Math.max(size.left + radius, x(mark.at)))
    const row = ends.indexOf(Math.min(...ends))
    if (place - (ends[row] ?? 0) < room) return []
    ends[row] = place
    return [{ ...mark, number, place, row }]
  })
  return html`${placed.map(({ words, number, place, row }, index) => {
    const next = placed.slice(index + 1).find((other) => other.row === row)?.place ?? size.width - size.right + radius
    const letters = Math.floor((next - place - 2 * radius - 4) / LETTER)
    const y = size.top + radius + row * (2 * radius + 2)
    const said = letters >= Math.min(LEAST_WORDS, words.length) ? cutText(words, letters) : ''
    return html`<line class="mark" x1="${at(place)}" x2="${at(place)}" y1="${at(y + radius)}" y2="${size.height - size.bottom}"/><circle class="mark" cx="${at(place)}" cy="${at(y)}" r="${radius}"/><text class="mark" x="${at(place)}" y="${at(y + 3.5)}" text-anchor="middle">${number + 1}</text><text class="mark" x="${at(place + radius + 3)}" y="${at(y + 3.5)}">${escapedText(said)}</text>`
  })}`
}

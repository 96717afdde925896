import { type Html, html } from '../html.ts'
import { at, type Frame, height } from './frame.ts'
import type { TimeSpan } from './ticks.ts'

/** A point of a line: an instant (epoch ms) and its value; null: nothing is known there. */
export type Point = readonly [at: number, value: number | null]

/** A line with gaps where nothing is known. */
export function line(points: readonly Point[], { x, y }: Frame, name: string): Html {
  let drawn = false
  const path = points.map(([when, value]) => {
    if (value === null) {
      drawn = false
      return ''
    }
    const command = drawn ? 'L' : 'M'
    drawn = true
    return `${command}${at(x(when))} ${at(y(value))}`
  })
  return html`<path class="line ${name}" d="${path.join('')}"/>`
}

/** A line that stays until the next point. */
export function steps(points: readonly Point[], { x, y }: Frame, name: string): Html {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null)
  const path = known.map(([when, value], place) =>
    place === 0 ? `M${at(x(when))} ${at(y(value))}` : `H${at(x(when))}V${at(y(value))}`,
  )
  return html`<path class="line ${name}" d="${path.join('')}"/>`
}

export function area(points: readonly Point[], { x, y, size }: Frame, name: string): Html {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return html``
  const floor = at(height(size, 0))
  const path = known.map(([when, value]) => `L${at(x(when))} ${at(y(value))}`).join('')
  return html`<path class="area ${name}" d="M${at(x(first[0]))} ${floor}${path}L${at(x(last[0]))} ${floor}Z"/>`
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

/** Numbers at the top, in rows so that none covers another; one for which there is no space is left out. */
export function marks(instants: readonly number[], { x, size }: Frame): Html {
  const [room, radius, rows] = size.name === 'wide' ? [17, 8, 3] : [15, 7, 3]
  const ends = Array<number>(rows).fill(Number.NEGATIVE_INFINITY)
  const shown = instants.flatMap((when, number) => {
    const place = Math.min(size.width - size.right - radius, Math.max(size.left + radius, x(when)))
    const row = ends.findIndex((end) => place - end >= room)
    if (row === -1) return []
    ends[row] = place
    const y = size.top + radius + row * (2 * radius + 2)
    return [
      html`<line class="mark" x1="${at(place)}" x2="${at(place)}" y1="${at(y + radius)}" y2="${size.height - size.bottom}"/><circle class="mark" cx="${at(place)}" cy="${at(y)}" r="${radius}"/><text class="mark" x="${at(place)}" y="${at(y + 3.5)}" text-anchor="middle">${number + 1}</text>`,
    ]
  })
  return html`${shown}`
}

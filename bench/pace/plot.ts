import type { Course, Done } from './drive.ts'
import type { Scenario } from './scenario.ts'

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [720, 240, 44, 28, 26]
const POINTS = 240
const LOOK_MS = 100
const COLORS = ['#0b6bcb', '#c4432b', '#8a8f98', '#2e8b57']

/** Whose course it was, and the calls of it. */
export interface Drawn {
  readonly name: string
  readonly course: Course
  readonly done: readonly Done[]
}

/** Goodput over time as a share of capacity, and the calls allowed at once, as an SVG of a few kilobytes. */
export function plot(scenario: Scenario, courses: readonly Drawn[]): string {
  const half = (HEIGHT - TOP) / 2
  const goodputs = courses.map(({ done }) => goodput(scenario, done))
  const limits = courses.map(({ course }) => thinned(course.limits))
  const most = Math.max(4, ...limits.flat())
  const legend = courses.map(({ name }, i) => {
    return `<text x="${LEFT + i * 130}" y="14" fill="${COLORS[i]}">${name}</text>`
  })
  const parts = [
    ...legend,
    ...frame(TOP, half - BOTTOM, '1', 'goodput / capacity'),
    ...goodputs.map((values, i) => line(values, 1.1, TOP, half - BOTTOM, COLORS[i] as string)),
    ...frame(TOP + half, half - BOTTOM, String(Math.round(most)), 'calls at once'),
    ...limits.map((values, i) => line(values, most * 1.05, TOP + half, half - BOTTOM, COLORS[i] as string)),
    `<text x="${LEFT}" y="${HEIGHT - 6}">0 s</text>`,
    `<text x="${WIDTH - 6}" y="${HEIGHT - 6}" text-anchor="end">${Math.round(scenario.ms / 1000)} s</text>`,
  ]
  const style = 'font-family="system-ui, sans-serif" font-size="11" fill="#555"'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ${style} role="img"><title>${scenario.title}</title><rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>${parts.join('')}</svg>\n`
}

function frame(y: number, height: number, most: string, title: string): string[] {
  const right = WIDTH - 6
  return [
    `<path d="M${LEFT} ${y}V${y + height}H${right}" fill="none" stroke="#ccc"/>`,
    `<text x="${LEFT - 6}" y="${y + 10}" text-anchor="end">${most}</text>`,
    `<text x="${LEFT - 6}" y="${y + height}" text-anchor="end">0</text>`,
    `<text x="${right}" y="${y + 10}" text-anchor="end">${title}</text>`,
  ]
}

function line(values: readonly number[], most: number, y: number, height: number, color: string): string {
  const at = (value: number, i: number) => {
    const x = LEFT + (i / Math.max(1, values.length - 1)) * (WIDTH - 6 - LEFT)
    return `${x.toFixed(1)} ${(y + height * (1 - Math.min(1, value / most))).toFixed(1)}`
  }
  return `<polyline points="${values.map(at).join(' ')}" fill="none" stroke="${color}" stroke-width="1.3"/>`
}

function goodput({ ms, capacity }: Scenario, done: readonly Done[]): number[] {
  const binMs = Math.max(500, ms / POINTS)
  const served = new Array<number>(Math.ceil(ms / binMs)).fill(0)
  for (const { answer, at } of done) {
    const bin = Math.floor(at / binMs)
    if (answer === 'ok' && bin < served.length) served[bin] = (served[bin] as number) + 1
  }
  return served.map((calls, i) => {
    const can = capacity((i + 0.5) * binMs) * binMs
    return can > 0 ? calls / can : 0
  })
}

function thinned(limits: readonly number[]): number[] {
  const every = Math.max(1, Math.round(limits.length / POINTS))
  return limits.filter((_, i) => i % every === 0 || i * LOOK_MS < 1)
}

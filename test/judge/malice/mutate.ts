import type { Headers } from '../../../src/refresh/ports/vendor.ts'
import type { Random } from '../random.ts'

/** JSON that no vendor would send, put in place of a value. */
const VALUES = [
  'null',
  '-0',
  '1e999',
  '1e-400',
  '9'.repeat(400),
  `"${'1'.repeat(3_000)}x"`,
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '{}',
  '[]',
  '[[[]]]',
  '{"__proto__":{"status":200},"constructor":1,"toString":2,"hasOwnProperty":null}',
  '{"length":9,"then":1,"toJSON":3}',
  'true',
  '"200"',
  '200.5',
  '-1',
  '"2026-13-45T99:99:99Z"',
  '+275760-09-13',
  '{"a":',
  '[1,2',
  '.'.repeat(50),
]
const NUMBERS = [
  '-1',
  '1e308',
  'NaN',
  '',
  '0',
  '99999999999999999999',
  'Fri, 31 Dec 9999 23:59:59 GMT',
  '1, 2',
  '{',
  '\u20ac',
]
const NAMES = [
  'retry-after',
  'date',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'ratelimit',
  'ratelimit-policy',
  'x-call-credits-spent',
  'x-totallimit-purchased-remaining',
  'content-type',
  '__proto__',
]
const STATUSES = [200, 200, 200, 200, 202, 204, 301, 400, 401, 402, 403, 404, 429, 500, 503, 999]

export function mutatedText(text: string, random: Random): Buffer {
  if (random.chance(0.02))
    return Buffer.from(Array.from({ length: random.between(0, 300) }, () => random.between(0, 255)))
  let made = text
  for (let times = random.between(0, 3); times > 0; times--) made = changed(made, random)
  const bytes = Buffer.from(made)
  for (let flips = random.chance(0.2) ? random.between(1, 5) : 0; flips > 0 && bytes.length > 0; flips--) {
    bytes[random.between(0, bytes.length - 1)] = random.between(0, 255)
  }
  return bytes
}

function changed(text: string, random: Random): string {
  const [from, to] = [random.between(0, text.length), random.between(0, text.length)].sort((a, b) => a - b) as [
    number,
    number,
  ]
  switch (random.between(0, 5)) {
    case 0:
      return text.slice(0, to)
    case 1:
      return text.slice(0, from) + text.slice(to)
    case 2:
      return text.slice(0, to) + text.slice(from)
    case 3:
      return `${'['.repeat(random.between(1, 400))}${text}${']'.repeat(random.between(0, 400))}`
    default:
      return withValue(text, random)
  }
}

/** Another value where one begins, after a colon, a comma or a bracket. */
function withValue(text: string, random: Random): string {
  const places = [...text.matchAll(/(?<=[:[,])("[^"]*"|[\w.+-]+|\{\}|\[\])/g)]
  if (places.length === 0) return random.pick(VALUES)
  const { 0: old, index } = random.pick(places)
  return text.slice(0, index) + random.pick(VALUES) + text.slice(index + old.length)
}

export function mutatedHeaders(headers: Headers, random: Random): Headers {
  const made: Record<string, string | readonly string[] | undefined> = { ...headers }
  for (let times = random.between(0, 3); times > 0; times--) {
    const name = random.chance(0.5) ? random.pick(NAMES) : random.pick([...Object.keys(headers), 'x'])
    made[name] = random.chance(0.1) ? [random.pick(NUMBERS), random.pick(NUMBERS)] : random.pick(NUMBERS)
  }
  return made
}

export function mutatedStatus(status: number, random: Random): number {
  return random.chance(0.6) ? status : random.pick(STATUSES)
}

import { expect, test } from 'vitest'
import { isHeavy } from './json-weight.ts'

/** About how many bytes of memory a text is taken to become, for each of its bytes. */
function timesItself(json: string): number {
  const bytes = Buffer.from(json)
  let times = 1
  while (isHeavy(bytes, bytes.length * times)) times += 1
  return times
}

function many(one: (at: number) => string): string {
  return `[${Array.from({ length: 20_000 }, (_, at) => one(at)).join(',')}]`
}

const PERSON = {
  status: 200,
  data: {
    full_name: 'ann example',
    emails: [{ address: 'ann@example.com', type: 'work' }],
    experience: [{ company: { name: 'example corp', size: '51-200' }, start_date: '2015-03', is_primary: true }],
    likelihood: 0.75,
  },
}

// What Node 20 really takes, less than a quarter more or less: 1.5, 13, 21, 13, 28, 4.
test.each([
  ['people', many((at) => JSON.stringify({ ...PERSON, id: `p${at}` })), 1, 5],
  ['empty lists', many(() => '[]'), 14, 24],
  ['empty objects', many(() => '{}'), 22, 30],
  ['keys that are all different', many((at) => `{"k${at}":0}`), 14, 28],
  ['keys that are numbers', many(() => '{"20":0}'), 28, 40],
  ['numbers', many(() => '1'), 4, 6],
  ['text with brackets and quotes in it', JSON.stringify('[{"a":1}],\\'.repeat(20_000)), 1, 2],
])('%s', (_, json, least, most) => {
  const times = timesItself(json)
  expect(times).toBeGreaterThanOrEqual(least)
  expect(times).toBeLessThanOrEqual(most)
})

test.each(['', '"', '"\\', '}}}}', '{{{{', ':::', '[{"a', '\0\xff'])('what is not JSON is read too: %j', (text) => {
  expect(isHeavy(Buffer.from(text, 'latin1'), 10_000)).toBe(false)
  expect(isHeavy(Buffer.from(text.repeat(1_000), 'latin1'), 10_000_000)).toBe(false)
})

import { expect, test } from 'vitest'
import { paceAndWhy } from './words.ts'

test.each([
  [9, null, 'raised to 9: latency is normal', '9 parallel calls; latency is normal'],
  [
    16,
    118,
    'back to 16: latency without load is 76 ms',
    '16 parallel calls, 118 a second; latency without load is 76 ms',
  ],
  [8, null, 'raised to 9: latency is normal', '8 parallel calls; raised to 9: latency is normal'],
  [1, null, 'starting from one call', '1 parallel call; starting from one call'],
  [
    4,
    5,
    '5.0 calls a second: the vendor refused a call',
    '4 parallel calls, 5.0 calls a second: the vendor refused a call',
  ],
])('a figure of the pace is said once: %s, %s', (concurrency, perSecond, reason, said) => {
  expect(paceAndWhy({ concurrency, perSecond, reason })).toBe(said)
})

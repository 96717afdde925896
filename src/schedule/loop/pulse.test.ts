import { beforeEach, describe, expect, test } from 'vitest'
import { Pulse } from './pulse.ts'

const MINUTE = 60_000
let now = 0
const monotonic = () => now

beforeEach(() => {
  now = 1_000
})

describe('the loop is taken for alive', () => {
  test('as long as it asks, and a few intervals more', () => {
    const pulse = new Pulse(MINUTE, { monotonic })
    now += 5 * MINUTE
    expect(pulse.lost).toBeNull()
    now += 1
    expect(pulse.lost).toBe('the schedule has not ticked for 5 min')
    pulse.beat()
    expect(pulse.lost).toBeNull()
  })

  test('however short the interval is: a busy machine is late by seconds', () => {
    const pulse = new Pulse(1_000, { monotonic })
    now += 14_000
    expect(pulse.lost).toBeNull()
  })

  test('unless a tick hangs; a run may take its time', () => {
    const pulse = new Pulse(MINUTE, { monotonic })
    pulse.tickBegins()
    now += 11 * MINUTE
    pulse.beat()
    expect(pulse.lost).toBe('a tick has been running for 11 min')
    pulse.tickEnds()
    now += 600 * MINUTE
    pulse.beat()
    expect(pulse.lost).toBeNull()
    pulse.tickEnds()
    expect(pulse.lost).toBeNull()
  })
})

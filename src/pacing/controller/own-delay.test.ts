import { describe, expect, test } from 'vitest'
import { LOOK_MS, OwnDelay } from './own-delay.ts'

describe('our own slowness', () => {
  /** Looks in time until `to`. */
  function looked(to: number): OwnDelay {
    const own = new OwnDelay()
    own.begin(0)
    for (let at = LOOK_MS; at <= to; at += LOOK_MS) expect(own.look(at)).toBe(true)
    return own
  }

  test('is none while the looks come in time', () => {
    expect(looked(1_000).without(900, 1_000)).toBe(100)
  })

  test('a look that comes late says so, and calls that were out lose the time', () => {
    const own = looked(1_000)
    expect(own.look(1_000 + LOOK_MS + 60)).toBe(false)
    expect(own.without(900, 1_080)).toBe(120)
    expect(own.without(1_081, 1_090)).toBe(9)
  })

  test('is known before the look that is late has come', () => {
    expect(looked(1_000).without(950, 1_000 + LOOK_MS + 30)).toBe(70)
  })

  test('a call that was mostly held up here says nothing', () => {
    const own = looked(1_000)
    own.look(1_400)
    expect(own.without(990, 1_410)).toBeNull()
  })
})

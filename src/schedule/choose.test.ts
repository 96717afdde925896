import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Chosen, choose } from './choose.ts'
import type { Decision } from './decide.ts'

const start = (since: number | null = null): Decision => ({ kind: 'start', slot: 1, since, why: '' })
const resume = (since: number | null = null): Decision => ({ kind: 'resume', runId: 'a', since, why: '' })
const wait = (because: (Decision & { kind: 'wait' })['because'], until: number | null = null): Decision => ({
  kind: 'wait',
  because,
  until,
  why: '',
})

function job(name: string, priority: number, decision: Decision, ranUntil: number | null = null): Chosen {
  return { job: name, decision, priority, ranUntil }
}

function chosenOf(...decisions: readonly Decision[]): number {
  return Number(choose(decisions.map((decision, at) => job(String(at), 0, decision))).job)
}

describe('of equal priority', () => {
  test('what was interrupted goes on before anything new begins', () => {
    expect(chosenOf(start(), resume(), start())).toBe(1)
  })

  test('of equals the first in the config', () => {
    expect(chosenOf(wait('needs-person'), start(), start())).toBe(1)
  })

  test('where all wait: a person first, then what comes next', () => {
    expect(chosenOf(wait('done', 5), wait('needs-person', 9))).toBe(1)
    expect(chosenOf(wait('done', 5), wait('not-due', 9), wait('not-due', 7))).toBe(2)
    expect(chosenOf(wait('not-due'), wait('not-due', 9))).toBe(1)
  })
})

describe('of different priority', () => {
  test('the higher first, also before a run that was interrupted', () => {
    expect(choose([job('low', 0, resume(50)), job('high', 1, start(60))]).job).toBe('high')
    expect(choose([job('low', -1, start()), job('high', 0, start())]).job).toBe('high')
  })

  test('what waits itself is no reason for others to wait', () => {
    expect(choose([job('low', 0, start()), job('high', 1, wait('needs-person'))]).job).toBe('low')
    expect(choose([job('low', 0, start()), job('high', 1, wait('done', 5))]).job).toBe('low')
  })

  test('where all wait, priority does not hide that a person is needed', () => {
    expect(choose([job('low', 0, wait('needs-person')), job('high', 1, wait('not-due', 5))]).job).toBe('low')
  })

  test('who has waited for a run of the higher one has its turn, though another is due', () => {
    expect(choose([job('low', 0, resume(50)), job('high', 1, start(70), 60)]).job).toBe('low')
    expect(choose([job('low', 0, resume(50)), job('high', 1, start(70), 40)]).job).toBe('high')
    expect(choose([job('low', 0, start(55)), job('mid', 1, start(50)), job('high', 2, start(70), 60)]).job).toBe('mid')
  })

  test('none starves: with jobs that are always due, each runs again soon', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 6 }), (priorities) => {
        const since = priorities.map(() => 0)
        const ranUntil = priorities.map((): number | null => null)
        const ran: number[] = []
        for (let now = 1; now <= 60; now++) {
          const jobs = priorities.map((priority, n) =>
            job(String(n), priority, start(since[n] as number), ranUntil[n] as number | null),
          )
          const n = Number(choose(jobs).job)
          ran.push(n)
          ranUntil[n] = now
          since[n] = now
        }
        for (const n of priorities.keys()) {
          const turns = ran.flatMap((each, at) => (each === n ? [at] : []))
          const gaps = turns.slice(1).map((at, before) => at - (turns[before] as number))
          expect(Math.max((turns[0] as number) + 1, ...gaps)).toBeLessThanOrEqual(2 * priorities.length)
        }
      }),
    )
  })
})

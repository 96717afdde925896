import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../../domain/time/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Pruned, PruneRequest } from '../ports/store.ts'
import { type PruneRunsParts, pruneRuns } from './prune-runs.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 30, 12)
const NEVER = new AbortController().signal
const said: string[] = []
const keepSaid = (_: object, message: string) => void said.push(message)
const log = { info: keepSaid, warn: keepSaid } as unknown as Log

/** Each batch takes so many ms of a clock that stands still otherwise. */
function underTest(answer: (request: PruneRequest) => Promise<Pruned>, takesMs = 0): PruneRunsParts {
  let passed = 0
  const clock: Clock = { ...systemClock, now: () => NOW, monotonic: () => passed }
  const pruneRuns = (request: PruneRequest) => {
    passed += takesMs
    return answer(request)
  }
  const cycle = { anchorDay: 1, timeZone: 'UTC' }
  return { store: { pruneRuns }, clock, log, cycle, keepItemsMs: 400 * DAY, rules: { name: 'acme' } }
}

test('batches of 1,000 of what ended before keepItems, until nothing is left', async () => {
  const asked: PruneRequest[] = []
  const left = [1_000, 1_000, 20]
  const parts = underTest(async (request) => {
    asked.push(request)
    return { rows: left.shift() ?? 0, more: left.length > 0 }
  })
  await pruneRuns(parts, NEVER)
  const request = { vendor: 'acme', endedBefore: NOW - 400 * DAY, now: NOW, rows: 1_000 }
  expect(asked).toEqual([request, request, request])
  expect(said.at(-1)).toContain('were deleted')
})

test('nothing of the billing cycle that is, however long that lasts', async () => {
  const asked: number[] = []
  const parts = underTest(async ({ endedBefore }) => {
    asked.push(endedBefore)
    return { rows: 0, more: false }
  })
  const cycle = { days: 366, from: '2025-12-15', timeZone: 'UTC' }
  await pruneRuns({ ...parts, cycle, keepItemsMs: 35 * DAY }, NEVER)
  expect(asked).toEqual([Date.UTC(2025, 11, 15)])
})

test('a run does not wait for it for longer than two seconds, nor after a stop', async () => {
  let batches = 0
  const endless = async () => {
    batches += 1
    return { rows: 1_000, more: true }
  }
  await pruneRuns(underTest(endless, 300), NEVER)
  expect(batches).toBe(7)
  const stop = new AbortController()
  await pruneRuns(
    underTest(async () => {
      stop.abort()
      return endless()
    }),
    stop.signal,
  )
  expect(batches).toBe(8)
})

test('a database that refuses does not keep the run from beginning', async () => {
  const parts = underTest(() => Promise.reject(new Error('locked')))
  await expect(pruneRuns(parts, NEVER)).resolves.toBeUndefined()
  expect(said.at(-1)).toContain('could not be deleted')
})

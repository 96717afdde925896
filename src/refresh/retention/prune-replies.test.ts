import { expect, test } from 'vitest'
import { systemClock } from '../../domain/time/clock.ts'
import type { Log } from '../ports/log.ts'
import { pruneReplies } from './prune-replies.ts'

const said: string[] = []
const keepSaid = (_: object, message: string) => void said.push(message)
const log = { info: keepSaid, warn: keepSaid } as unknown as Log
const NEVER = new AbortController().signal

test('what may go goes in batches, until a batch was not full', async () => {
  const left = [50, 50, 20, 50]
  const asked: number[] = []
  const store = {
    pruneReplies: async (_: number, pages: number) => {
      asked.push(pages)
      return left.shift() ?? 0
    },
  }
  await pruneReplies({ store, clock: systemClock, log }, NEVER)
  expect(asked).toEqual([50, 50, 50])
  expect(left).toEqual([50])
})

test('a database that refuses does not keep the run from beginning', async () => {
  const store = { pruneReplies: () => Promise.reject(new Error('locked')) }
  await expect(pruneReplies({ store, clock: systemClock, log }, NEVER)).resolves.toBeUndefined()
  expect(said.at(-1)).toContain('could not be deleted')
})

test('a stop ends it after the batch under way', async () => {
  const stop = new AbortController()
  let batches = 0
  const store = {
    pruneReplies: async () => {
      batches += 1
      stop.abort()
      return 50
    },
  }
  await pruneReplies({ store, clock: systemClock, log }, stop.signal)
  expect(batches).toBe(1)
})

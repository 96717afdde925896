import { expect, test } from 'vitest'
import { ReplyRoom } from './read-reply.ts'

const KIB = 1024

class Pausable {
  paused = false
  pause() {
    this.paused = true
  }
  resume() {
    this.paused = false
  }
}

test('where the room is used up, the reply that began first is read on, then the next', () => {
  const room = new ReplyRoom(1_000 * KIB)
  const [first, second, third, small] = [new Pausable(), new Pausable(), new Pausable(), new Pausable()]
  for (const one of [first, second, third]) room.take(one, 400 * KIB)
  room.take(small, 10 * KIB)
  room.take(first, 400 * KIB)
  expect([first, second, third, small].map(({ paused }) => paused)).toEqual([false, false, true, false])
  room.take(second, 400 * KIB)
  expect(second.paused).toBe(true)
  room.leave(first)
  expect([second, third].map(({ paused }) => paused)).toEqual([false, true])
  room.leave(second)
  expect(third.paused).toBe(false)
  room.leave(second)
  room.take(third, 600 * KIB)
  expect(third.paused).toBe(false)
})

import { describe, expect, test } from 'vitest'
import { EventStream } from './event-stream.ts'

describe('the stream of events', () => {
  test('gives each reader all from when it came, in order, and an end', async () => {
    const stream = new EventStream<number>()
    stream.push(0)
    const [one, two] = [stream.iterate(), stream.iterate()]
    const waiting = one.next()
    stream.push(1)
    stream.push(2)
    expect([await waiting, await one.next(), await two.next()].map(({ value }) => value)).toEqual([1, 2, 1])
    const last = one.next()
    stream.end()
    expect(await last).toEqual({ value: undefined, done: true })
    expect([await two.next(), await two.next()]).toEqual([
      { value: 2, done: false },
      { value: undefined, done: true },
    ])
    expect((await stream.iterate().next()).done).toBe(true)
  })

  test('a reader that leaves is told so, and hears no more', async () => {
    const stream = new EventStream<number>()
    const reader = stream.iterate()
    const waiting = reader.next()
    await reader.return?.()
    stream.push(1)
    expect([(await waiting).done, (await reader.next()).done]).toEqual([true, true])
  })
})

import { expect, test } from 'vitest'
import { systemClock } from '../../domain/time/clock.ts'
import { localTurnstile, SharedCeiling } from './shared-ceiling.ts'

test('two accounts together have no more calls in flight than the limit, and take turns', async () => {
  const ceiling = new SharedCeiling(localTurnstile({ maxConcurrent: 2 }, systemClock))
  const [a, b] = [ceiling.turns(), ceiling.turns()]
  const first = await a.next()
  const second = await b.next()
  const order: string[] = []
  const waiting = ['a', 'b', 'a', 'b'].map((name) =>
    (name === 'a' ? a : b).next().then((end) => {
      order.push(name)
      return end
    }),
  )
  await systemClock.sleep(20)
  expect(order).toEqual([])
  first?.()
  first?.()
  await expect.poll(() => order).toEqual(['a'])
  second?.()
  await expect.poll(() => order).toEqual(['a', 'b'])
  ;(await waiting[0])?.()
  ;(await waiting[1])?.()
  await expect.poll(() => order).toEqual(['a', 'b', 'a', 'b'])
  for (const turn of waiting) (await turn)?.()
})

test('an account that is stopped waits no more, and the turn that it waited for goes to others', async () => {
  const ceiling = new SharedCeiling(localTurnstile({ maxConcurrent: 1 }, systemClock))
  const [a, b] = [ceiling.turns(), ceiling.turns()]
  const end = await a.next()
  const [stopped, goesOn] = [a.next(), b.next()]
  a.dismiss()
  expect(await stopped).toBeNull()
  end?.()
  expect(await goesOn).toBeInstanceOf(Function)
})

test('calls of all accounts are as far apart as the rate demands', async () => {
  const ceiling = new SharedCeiling(localTurnstile({ perSecond: 20 }, systemClock))
  const [a, b] = [ceiling.turns(), ceiling.turns()]
  const at: number[] = []
  const take = async (turns: typeof a) => {
    const end = await turns.next()
    at.push(systemClock.monotonic())
    end?.()
  }
  await Promise.all([take(a), take(b), take(a), take(b), take(a), take(b)])
  // Five times 51 ms, less what the first was late by.
  expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(200)
})

import { expect, test } from 'vitest'
import { withoutRejections } from './without-rejection.ts'

test('no function of a part of the config makes an unhandled rejection, wherever it stands; what they answer stays', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note)
  const later = (name: string) => Promise.reject(new Error(name))
  const day = new Date(0)
  const part = withoutRejections({
    outcome: later,
    none: undefined,
    list: [1],
    day,
    credits: {
      balance: { path: '/', asOf: later },
      cycle: { resetsAt: later },
      own: 7,
      price(more: number) {
        return this.own + more
      },
    },
  })
  const { balance, cycle } = part.credits
  const answers = [part.outcome('a'), balance.asOf('b'), cycle.resetsAt('c')]
  await new Promise((resolve) => setTimeout(resolve, 10))
  process.removeAllListeners('unhandledRejection')
  for (const listener of before) process.on('unhandledRejection', listener)
  expect(unhandled).toEqual([])
  await expect(Promise.all(answers)).rejects.toThrow('a')
  expect([part.credits.price(1), balance.path, part.none, part.list, part.day]).toEqual([8, '/', undefined, [1], day])
})

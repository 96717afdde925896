import { expect, test } from 'vitest'
import { StopSwitch } from './stop-switch.ts'

const interrupted = { stopReason: 'interrupted' } as const

test('a run that is told again, while it ends, that another job is due has been preempted all the same', () => {
  const stop = new StopSwitch()
  stop.preempt('daily')
  stop.preempt('daily')
  expect(stop.hasPreempted(interrupted)).toBe(true)
  expect(stop.hasPreempted({ stopReason: 'all-refreshed' })).toBe(false)
})

test('a run that was stopped before is not preempted', () => {
  const stop = new StopSwitch()
  stop.stop('interrupted')
  stop.preempt('daily')
  expect(stop.hasPreempted(interrupted)).toBe(false)
})

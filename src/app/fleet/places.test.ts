import { expect, test } from 'vitest'
import { Places, type Work } from './places.ts'

function workOf(account: string, isStalled = false) {
  let end = () => {}
  const done = new Promise<void>((resolve) => {
    end = resolve
  })
  const asked: string[] = []
  const work: Work = { account, done, isStalled, giveWay: (to) => asked.push(to), stop: () => asked.push('stop') }
  return { work, asked, end }
}

async function filled(works: readonly { readonly work: Work }[], atOnce = works.length) {
  const places = new Places(atOnce)
  for (const { work } of works) places.take(work)
  return places
}

test('a place is free again once its account is done', async () => {
  const [one, two] = [workOf('one'), workOf('two')]
  const places = await filled([one, two])
  expect(places.free).toBe(0)
  one.end()
  await places.change(60_000)
  expect([places.free, places.accounts]).toEqual([1, ['two']])
  two.end()
  await places.settled()
  expect(places.free).toBe(2)
})

test('an account that gets nowhere gives way to one that waits, once, and one that gets on never does', async () => {
  const [dead, alive, dead2] = [workOf('dead', true), workOf('alive'), workOf('dead2', true)]
  const places = await filled([dead, alive, dead2])
  places.makeRoom(0)
  expect([dead, alive, dead2].flatMap(({ asked }) => asked)).toEqual([])
  expect(places.isStuck).toBe(true)
  places.makeRoom(1)
  places.makeRoom(1)
  expect([dead.asked, alive.asked, dead2.asked]).toEqual([['another account'], [], []])
  places.makeRoom(3)
  expect([dead.asked, alive.asked, dead2.asked]).toEqual([['another account'], [], ['another account']])
  expect(places.isStuck).toBe(false)
})

test('nobody has to give way while there is room', async () => {
  const dead = workOf('dead', true)
  const places = await filled([dead], 2)
  places.makeRoom(5)
  expect([dead.asked, places.isStuck]).toEqual([[], false])
})

test('all are stopped together, and waited for', async () => {
  const [one, two] = [workOf('one'), workOf('two')]
  const places = await filled([one, two])
  places.stop()
  let settled = false
  const settling = places.settled().then(() => {
    settled = true
  })
  one.end()
  await one.work.done
  expect([one.asked, two.asked, settled]).toEqual([['stop'], ['stop'], false])
  two.end()
  await settling
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { dashboardOver, runWith } from '../../test/support/dashboard/dashboard-under-test.ts'
import { DatabaseUnavailableError } from '../domain/errors/errors.ts'
import { type Look, Watchers } from './watchers.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const RHYTHM = { everyMs: 1_000, heartbeatMs: 3_000 }

function looking(texts: readonly (string | null | Error)[]) {
  let looks = 0
  const look: Look = async () => {
    const text = texts[Math.min(looks++, texts.length - 1)] ?? null
    if (text instanceof Error) throw text
    return text === null ? null : { text, over: text === 'over' }
  }
  return { look, looks: () => looks }
}

function viewer() {
  const seen: (string | null)[] = []
  return { seen, send: (text: string | null) => void seen.push(text), end: () => void seen.push('END') }
}

test('what is watched by many is looked at once a second for all, and they are told what changes', async () => {
  const watchers = new Watchers(RHYTHM, 10)
  const { look, looks } = looking(['a', 'a', 'b'])
  const [first, second] = [viewer(), viewer()]
  watchers.watch('run', look, first)
  await vi.advanceTimersByTimeAsync(500)
  watchers.watch('run', look, second)
  expect(second.seen).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(2_000)
  expect([first.seen, second.seen]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
  expect(looks()).toBe(3)
})

test('nothing is looked at where nobody watches any more', async () => {
  const watchers = new Watchers(RHYTHM, 10)
  const { look, looks } = looking(['a'])
  const leave = watchers.watch('run', look, viewer())
  await vi.advanceTimersByTimeAsync(1_500)
  leave()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([looks(), watchers.viewers, vi.getTimerCount()]).toEqual([2, 0, 0])
})

test('a silence, and a database that is unreachable, show that the stream lives', async () => {
  const watchers = new Watchers(RHYTHM, 10)
  const watched = viewer()
  watchers.watch('run', looking(['a', 'a', new Error('away')]).look, watched)
  await vi.advanceTimersByTimeAsync(7_000)
  expect(watched.seen).toEqual(['a', null, null])
})

test('a slow look is not overtaken by the next', async () => {
  const watchers = new Watchers(RHYTHM, 10)
  let looks = 0
  const slow: Look = () => {
    looks += 1
    return new Promise(() => {})
  }
  watchers.watch('run', slow, viewer())
  await vi.advanceTimersByTimeAsync(10_000)
  expect(looks).toBe(1)
})

test('what has ended is told once more, and then nothing', async () => {
  const watchers = new Watchers(RHYTHM, 10)
  const [first, second] = [viewer(), viewer()]
  watchers.watch('run', looking(['a', 'over']).look, first)
  watchers.watch('gone', looking([null]).look, second)
  await vi.advanceTimersByTimeAsync(5_000)
  expect([first.seen, second.seen]).toEqual([['a', 'over', 'END'], ['END']])
  expect(vi.getTimerCount()).toBe(0)
})

test('when it closes, all streams end and there is no room', async () => {
  const watchers = new Watchers(RHYTHM, 1)
  const watched = viewer()
  watchers.watch('run', looking(['a']).look, watched)
  expect(watchers.hasRoom).toBe(false)
  watchers.close()
  expect([watched.seen.at(-1), vi.getTimerCount(), watchers.hasRoom]).toEqual(['END', 0, false])
})

test('a stream sends texts for the page, as events', async () => {
  vi.useRealTimers()
  const views = [runWith(), runWith({ status: 'completed', stopReason: 'all-refreshed' })]
  const { at, watchers } = dashboardOver({ run: async () => views.shift() ?? null })
  const answer = await at('/runs/20261130-aa/events', { headers: { accept: 'text/event-stream' } })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const events = (await answer.text()).split('\n\n').filter((event) => event.startsWith('data: '))
  const [first, last] = events.map((event) => JSON.parse(event.slice(6)))
  expect(first).toMatchObject({ state: 'running at work', done: 400, text: { refreshed: '400', left: '600' } })
  expect(last).toMatchObject({ done: 1_000 })
  expect(last.state).not.toBe(first.state)
  expect(watchers.viewers).toBe(0)
})

test('a page that is watched is told when the database is unreachable, and when it is back', async () => {
  vi.useRealTimers()
  const away = () => Promise.reject(new DatabaseUnavailableError('away'))
  const looks = [away, away, async () => runWith({ status: 'completed', stopReason: 'all-refreshed' })]
  const { at } = dashboardOver({ run: async () => (await looks.shift()?.()) ?? null })
  const text = await (await at('/runs/20261130-aa/events')).text()
  const events = text.split('\n\n').filter((event) => event.startsWith('data: '))
  expect(events.map((event) => JSON.parse(event.slice(6)))).toMatchObject([{ away: true }, { done: 1_000 }])
})

test('whoever hangs up is let go; where there is no room, a page is told to come back', async () => {
  vi.useRealTimers()
  const { at, watchers } = dashboardOver()
  const answers = await Promise.all(Array.from({ length: 40 }, () => at('/events')))
  const refused = await at('/events')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10'])
  await Promise.all(answers.map(({ body }) => body?.cancel()))
  expect(watchers.viewers).toBe(0)
  expect((await at('/events')).status).toBe(200)
  watchers.close()
})

test('HEAD is told what a stream is, and watches nothing: nobody would ever leave', async () => {
  const { at, watchers } = dashboardOver()
  for (const path of ['/events', '/runs/20261130-aa/events']) {
    const answer = await at(path, { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  }
  expect(watchers.viewers).toBe(0)
})

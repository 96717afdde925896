import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../refresh/events/events.ts'
import { createLog, redactor } from './logger.ts'
import { progressLog, ticker } from './progress-news.ts'

function progress(): RunEvent {
  const records = { selected: 1_000, remaining: 750, refreshed: 250 }
  const summary = {
    records,
    credits: { spent: 250, budget: 500 },
    calls: { sent: 260, throttled: 7, failed: 2, unknown: 1 },
  }
  return {
    type: 'progress',
    summary,
    pace: {
      concurrency: 8,
      perSecond: null,
      reason: 'raised to 8: latency is normal',
      inFlight: 3,
      latencyMs: 41.6,
      pausedUntil: 0,
    },
  } as unknown as RunEvent
}

describe('the log', () => {
  async function lines(
    pretty: boolean,
    write: (log: Awaited<ReturnType<typeof createLog>>) => void,
    level: 'info' | 'silent' = 'info',
  ) {
    const said: string[] = []
    write(
      await createLog({
        level,
        pretty,
        color: false,
        secrets: { all: ['s3cret', 'a"b\\c'] },
        write: (line) => void said.push(line),
      }),
    )
    return said
  }

  test('is JSON lines with a level, a time and a message', async () => {
    const [line] = await lines(false, (log) => log.info({ runId: 'r1' }, 'run started'))
    expect(JSON.parse(line!)).toMatchObject({
      level: 30,
      runId: 'r1',
      msg: 'run started',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  test('moves no cursor and begins no line, whatever a vendor says', async () => {
    const hostile = 'a\u001b[2J\u009b1A\u202eb\nERROR: c'
    for (const pretty of [true, false]) {
      const said = await lines(pretty, (log) =>
        log.warn({ reason: hostile, err: new Error(hostile), [hostile]: 1 }, `told: ${hostile}`),
      )
      const text = said.join('')
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(text.split('\n').filter((line) => line.startsWith('ERROR'))).toEqual([])
      if (!pretty) expect(JSON.parse(text)).toMatchObject({ reason: hostile, [hostile]: 1, msg: `told: ${hostile}` })
    }
  })

  test('shows no secret: not in a field, a message, an error or a text that JSON escapes', async () => {
    for (const pretty of [true, false]) {
      const said = await lines(pretty, (log) => {
        log.warn({ url: 'https://x/?key=s3cret', err: new Error('401 for s3cret') }, 'with s3cret')
        if (!pretty) log.warn({ quoted: 'a"b\\c' }, 'quoted')
      })
      expect(said.join('')).toContain('(hidden)')
      expect(said.join('')).not.toMatch(/s3cret|a\\?"b/)
    }
  })

  test('nor one with a quote and a backslash, on a terminal', async () => {
    const said = await lines(true, (log) => log.warn({ quoted: 'a"b\\c' }, 'quoted'))
    expect(said.join('')).not.toMatch(/a\\?"b/)
  })

  test('says nothing below its level', async () => {
    expect(await lines(false, (log) => log.debug({}, 'x'))).toEqual([])
    expect(await lines(false, (log) => log.error({}, 'x'), 'silent')).toEqual([])
  })

  test('hides every secret wherever it stands', () => {
    expect(redactor({ all: ['abcdef', 'abcd'] })('abcdef abcd')).toBe('(hidden) (hidden)')
    expect(redactor({ all: ['abc', ''] })('abc')).toBe('abc')
    const property = fc.property(
      fc.string({ minLength: 4 }).filter((s) => !'(hidden)'.includes(s)),
      fc.string(),
      (secret, rest) => {
        expect(redactor({ all: [secret] })(`${rest}|${secret}`)).toMatch(/\(hidden\)/)
      },
    )
    fc.assert(property)
  })

  test('also one that was added later', () => {
    const secrets = { all: ['abcd'] }
    const hide = redactor(secrets)
    expect(hide('abcd token-1')).toBe('(hidden) token-1')
    secrets.all = ['abcd', 'token-1']
    expect(hide('abcd token-1')).toBe('(hidden) (hidden)')
  })

  test('also where the shorter was given first', () => {
    expect(redactor({ all: ['abcd', 'abcdef'] })('abcdef')).not.toContain('ef')
  })
})

describe('where there is no terminal', () => {
  test('a line a second at most, of what is done', () => {
    const said: string[] = []
    let now = 0
    const tick = ticker(
      (line) => said.push(line),
      () => now,
    )
    tick({ type: 'item', key: 'k', outcome: 'refreshed', reason: null })
    for (const at of [5_000, 5_001, 5_999, 6_000, 6_999]) {
      now = at
      tick(progress())
    }
    expect(said.length).toBe(2)
    expect(said[0]).toMatch(/250 of +1,000 records · +250 of +500 credits · 8 parallel calls · 42 ms/)
  })

  test('the log has a line each half minute, and none for a run that is over sooner', () => {
    const said: object[] = []
    const quiet = { trace() {}, debug() {}, warn() {}, error() {} }
    let now = 0
    const news = progressLog({ ...quiet, info: (fields, message) => void said.push({ ...fields, message }) }, () => now)
    for (; now < 61_000; now += 500) news(progress())
    news({ type: 'item', key: 'k', outcome: 'refreshed', reason: null })
    expect(said).toHaveLength(2)
    expect(said[0]).toMatchObject({
      message: 'progress',
      records: { done: 250, selected: 1_000 },
      credits: { spent: 250, budget: 500 },
      pace: { concurrency: 8, perSecond: null, latencyMs: 42 },
    })
  })
})

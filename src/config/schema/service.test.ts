import { describe, expect, test } from 'vitest'
import { soundConfig } from '../../../test/support/config/sound-config.ts'
import { resolveConfig } from '../resolve-config.ts'

const URL = 'https://hc.example/ping/5f1c2b'

function resolved(more: object) {
  const result = resolveConfig({ ...soundConfig(), ...more }, { cwd: '/srv/app', env: {} })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.config
}

test('without a service nothing answers; an empty one answers this machine alone', () => {
  expect(resolved({}).service).toBeUndefined()
  expect(resolved({ service: {} }).service).toEqual({ port: 9464, host: '127.0.0.1', dashboard: false })
  expect(resolved({ service: { port: 0, host: '::' } }).service).toMatchObject({ port: 0, host: '::' })
})

describe("the dashboard's token", () => {
  const TOKEN = 'k3Xo9-no-two-are-alike'

  test('is a secret', () => {
    const { service, secrets } = resolved({ service: { dashboard: true, token: TOKEN } })
    expect(service).toMatchObject({ dashboard: true, token: TOKEN })
    expect(secrets.all).toContain(TOKEN)
  })

  test.each([undefined, '', 'too short', 'with a space in the middle of it', 7])(
    'is refused, and not shown, where it is %j: a dashboard that was to ask would ask nobody',
    (token) => {
      const result = resolveConfig({ ...soundConfig(), service: { token } }, { cwd: '/srv/app', env: {} })
      if (!('problems' in result)) throw new Error('it was taken')
      expect(result.problems).toMatchObject([{ path: 'service.token' }])
      if (token) expect(JSON.stringify(result.problems)).not.toContain(`"${token}"`)
    },
  )
})

test("a heartbeat's URL is a secret", () => {
  const { heartbeat, secrets } = resolved({ heartbeat: { url: URL } })
  expect(heartbeat).toEqual({ url: URL, everyMs: 300_000 })
  expect(secrets.all).toContain(URL)
})

describe('who is told of a forecast', () => {
  const told = (target: object) => resolved({ notify: { url: URL, ...target } }).notify[0]

  test('nobody who did not ask: it costs a count of the table', () => {
    expect(told({})).toEqual({ url: URL, format: 'json', on: ['completed', 'stopped', 'failed'] })
  })

  test.each<[object, object]>([
    [{ on: ['forecast'] }, { on: ['forecast'], forecastAbove: { percent: 5 } }],
    [{ forecastAbove: 500 }, { on: expect.arrayContaining(['failed', 'forecast']), forecastAbove: { credits: 5e8 } }],
    [{ forecastAbove: '2.5 %' }, { forecastAbove: { percent: 2.5 } }],
    [
      { forecastAbove: 0, on: ['forecast'] },
      { on: ['forecast'], forecastAbove: { credits: 0 } },
    ],
  ])('%j', (target, expected) => {
    expect(told(target)).toMatchObject(expected)
  })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { documentOf } from './support/cli.ts'
import { offices } from './support/in-offices.ts'
import type { Office } from './support/office.ts'

const HOUR = 3_600_000

// Each starts processes.

/** Somebody who hears what is sent: method, path and body. */
async function listener() {
  const heard: { readonly method: string; readonly path: string; readonly body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    heard.push({ method: request.method ?? '', path: request.url ?? '', body })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
}

function configure(office: Office, top: string, resetInMs = 48 * HOUR): void {
  const resetAt = Date.now() + resetInMs
  office.configure({
    credits: `cycle: { resetsAt: () => new Date(${resetAt}) },`,
    jobs: `'month-end': { schedule: { beforeReset: '12h' } }`,
    top,
  })
}

describe('on either database alike', () => {
  const open = offices('sqlite')

  test('a port that is taken is told before anything starts, with exit 2', async () => {
    const office = await open()
    configure(office, `service: {},`, HOUR)
    const { url } = await listener()
    const said = await office.cli(['schedule', '--port', new URL(url).port])
    expect(said).toMatchObject({ code: 2, stdout: '' })
    expect(said.stderr).toContain('service.port: found a port that another process has')
    expect(office.vendor.stats).toMatchObject({ calls: 0, accountReads: 0 })
    expect((await office.cli(['schedule', '--port', '70000'])).code).toBe(2)
  })

  test('it answers where the flags say, says who may ask, and ends with 0 at SIGTERM', async () => {
    const office = await open()
    configure(office, '')
    const started = office.start(['schedule', '--port', '0', '--host', '0.0.0.0'])
    const line = (of: string) =>
      started
        .stdout()
        .split('\n')
        .map((text) => (text === '' ? {} : JSON.parse(text)))
        .find(({ msg }) => msg?.startsWith(of))
    while (line('decided') === undefined) await sleep(20)
    expect(line('health and metrics are served without authentication')).toMatchObject({ host: '0.0.0.0' })
    const url = new URL(line('serving health and metrics').url)
    url.hostname = '127.0.0.1'
    const ready = async () => (await fetch(new URL('/readyz', url))).status
    while ((await ready()) !== 200) await sleep(20)
    const metrics = await (await fetch(new URL('/metrics', url))).text()
    expect(metrics).toContain('\nspenddown_run_in_progress{vendor="acme",job="month-end"} 0\n')
    expect(metrics).toMatch(/\nprocess_resident_memory_bytes \d+/)
    started.kill('SIGTERM')
    const ended = await started.ended
    expect(ended.code, ended.stderr).toBe(0)
  })

  test('tick: one heartbeat when its work is done, and what will expire unused once a cycle', async () => {
    const office = await open(12, { allotment: 100 })
    const heart = await listener()
    const told = await listener()
    const top = `heartbeat: { url: '${heart.url}/ping/T0PSECRET' }, notify: { url: '${told.url}/hook/T0PSECRET', forecastAbove: 50 },`
    configure(office, top)
    for (const heartbeats of [1, 2]) {
      const said = await office.cli(['tick', '--json', '--verbose'])
      expect(said.code, said.stderr).toBe(0)
      expect(documentOf(said)).toMatchObject({ decision: 'wait', because: 'not-due' })
      expect(said.stdout + said.stderr).not.toContain('T0PSECRET')
      expect(heart.heard).toHaveLength(heartbeats)
    }
    expect(heart.heard[0]).toEqual({ method: 'GET', path: '/ping/T0PSECRET', body: '' })
    expect(told.heard.map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        type: 'forecast.unused',
        message: expect.stringMatching(
          /^acme: Losing credits: 88 of 100 credits will expire; reset (?:\w{3}|\d+ \w{3}) \d\d:\d\d UTC, in [^.]+\. There are too few eligible records for these credits\. What would help: more/,
        ),
        data: {
          vendor: 'acme',
          spendable: 100,
          expiring: 88,
          judgement: { verdict: 'losing', cause: 'too-few-records', atStake: 88 },
          because: [{ cause: 'too-few-records', credits: 88 }],
        },
      },
    ])
  })

  test('tick: no heartbeat where a person is needed, or where it could do nothing', async () => {
    const office = await open(12, { faults: { html: { rate: 1 } } })
    const heart = await listener()
    configure(office, `heartbeat: { url: '${heart.url}' },`, HOUR)
    expect((await office.cli(['tick', '--json'])).code).toBe(1)
    expect((await office.cli(['tick', '--json'])).code).toBe(1)
    expect(heart.heard).toEqual([])
  })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Log } from '../refresh/ports/log.ts'
import { Heartbeat } from './heartbeat.ts'

/** A switch that answers so, one after another, and then 200; and what reached it. */
async function deadMansSwitch(...statuses: readonly number[]) {
  const heard: string[] = []
  const server = createServer((request, response) => {
    const status = statuses[heard.length] ?? 200
    heard.push(`${request.method} ${request.url}`)
    if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/T0PSECRET`, heard }
}

function heartbeat(url: string) {
  const lines: string[] = []
  const say = (level: string) => (fields: object, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  const log = { trace: say('trace'), debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const clock = { now: 0 }
  const beating = new Heartbeat({
    url,
    everyMs: 60_000,
    clock: { monotonic: () => clock.now, sleep: async () => {} },
    log: log as Log,
    waitsMs: [1, 1],
    timeoutMs: 1_000,
  })
  return { beating, clock, lines }
}

test('the first goes at once, and no more often than it should', async () => {
  const { url, heard } = await deadMansSwitch()
  const { beating, clock } = heartbeat(url)
  await beating.beat()
  clock.now = 50_000
  await beating.beat()
  expect(heard).toEqual(['GET /ping/T0PSECRET'])
  // Timers are early by milliseconds.
  clock.now = 59_998
  await beating.beat()
  expect(heard).toHaveLength(2)
})

test('it is tried again until it arrives', async () => {
  const { url, heard } = await deadMansSwitch(500, 0, 200)
  const { beating, lines } = heartbeat(url)
  await beating.beat()
  expect(heard).toHaveLength(3)
  expect(lines).toEqual([])
})

test('what no trying again mends is not tried again; it is told once, without the secret, and never thrown', async () => {
  const { url, heard } = await deadMansSwitch(404, 302)
  const { beating, clock, lines } = heartbeat(url)
  const { host } = new URL(url)
  for (const at of [0, 60_000, 120_000]) {
    clock.now = at
    await beating.beat()
  }
  expect(heard).toHaveLength(3)
  expect(lines).toEqual([
    `warn the heartbeat did not arrive {"host":"${host}","reason":"status 404"}`,
    `debug the heartbeat did not arrive {"host":"${host}","reason":"status 302"}`,
    `info heartbeats arrive again {"host":"${host}"}`,
  ])
})

test('where nobody listens, it is over soon; a stop does not wait for it', async () => {
  const nobody = heartbeat('http://127.0.0.1:1/T0PSECRET')
  await nobody.beating.beat()
  expect(nobody.lines.join()).toContain('did not arrive')
  expect(nobody.lines.join()).not.toContain('T0PSECRET')
  const { url } = await deadMansSwitch(0, 0, 0)
  const silent = heartbeat(url)
  const under = silent.beating.beat()
  silent.beating.stop()
  await under
  expect(silent.lines).toEqual([])
})

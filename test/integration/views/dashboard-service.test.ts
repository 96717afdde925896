import { get } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { keepSchedule } from '../../../src/app/daemon/daemon-service.ts'
import { keepDashboard } from '../../../src/app/dashboard/dashboard-service.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const TOKEN = 'k3Xo9-no-two-are-alike'
const lines: string[] = []
const line = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`)
const log = { trace: line, debug: line, info: line, warn: line, error: line }
const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
  lines.length = 0
  vi.restoreAllMocks()
})

function resolved(stage: Stage, service?: object) {
  const config = stage.config({ job: { schedule: { beforeReset: '10m' } } })
  const found = resolveConfig({ ...config, ...(service === undefined ? {} : { service }) })
  if ('problems' in found) throw new Error(JSON.stringify(found.problems))
  return found.config
}

/** fetch would not send another Host. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host } }, ({ statusCode }) => resolve(statusCode)).on('error', reject)
  })
}

onOneStage((begin) => {
  test('alone, it answers this machine, beside its health; another name is refused', async () => {
    const stage = await begin()
    const kept = await keepDashboard(resolved(stage), { host: '127.0.0.1', port: 0 }, log)
    cleanUps.push(() => kept.close())
    expect(kept.asksForToken).toBe(false)
    const page = await fetch(kept.url)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Nothing has run yet')])
    expect((await fetch(`${kept.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${kept.url}/metrics`)).status).toBe(404)
    expect(await statusFor(kept.url, 'evil.example')).toBe(421)
    expect(await statusFor(kept.url, `localhost:${new URL(kept.url).port}`)).toBe(200)
  })

  test.each(['0.0.0.0', '::', '192.0.2.1'])(
    'on %s it does not begin without a token, and says how to have one',
    async (host) => {
      const stage = await begin()
      await expect(keepDashboard(resolved(stage), { host, port: 0 }, log)).rejects.toMatchObject({
        code: 'DASHBOARD_UNPROTECTED',
        problems: [{ path: 'service.token', hint: expect.stringContaining('openssl rand -hex 32') }],
      })
      const config = resolved(stage, { host, port: 0, dashboard: true })
      const terms = { log, everyMs: 60_000, service: config.service }
      await expect(keepSchedule(config, terms)).rejects.toMatchObject({ code: 'DASHBOARD_UNPROTECTED' })
    },
  )

  test('with a token it asks everybody, and never says it', async () => {
    const stage = await begin()
    const kept = await keepDashboard(resolved(stage, { token: TOKEN }), { host: '0.0.0.0', port: 0 }, log)
    cleanUps.push(() => kept.close())
    const url = kept.url.replace('0.0.0.0', '127.0.0.1')
    const status = async (headers: Record<string, string>) => (await fetch(`${url}/runs`, { headers })).status
    expect([await status({}), await status({ authorization: `Bearer ${TOKEN}` })]).toEqual([401, 200])
    expect([await status({ authorization: `Bearer ${TOKEN}1` }), kept.asksForToken]).toEqual([401, true])
    expect(lines.join()).not.toContain(TOKEN)
  })

  test('the daemon answers with it on its own port, where it is told to', async () => {
    const stage = await begin()
    const config = resolved(stage, { port: 0, dashboard: true })
    const kept = await keepSchedule(config, { log, everyMs: 60_000, service: config.service })
    cleanUps.push(() => kept.stop())
    const page = await fetch(kept.url ?? '')
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, expect.stringContaining("'none'")])
    expect((await fetch(`${kept.url}/metrics`)).headers.get('content-type')).toContain('text/plain')
    const plain = resolved(stage, { port: 0 })
    const without = await keepSchedule(plain, { log, everyMs: 60_000, service: plain.service })
    cleanUps.push(() => without.stop())
    expect((await fetch(without.url ?? '')).status).toBe(404)
  })

  test('it closes while pages are watched', async () => {
    const stage = await begin()
    await stage.run()
    const kept = await keepDashboard(resolved(stage), { host: '127.0.0.1', port: 0 }, log)
    const watching = await fetch(`${kept.url}/events`)
    const reader = watching.body?.getReader()
    await reader?.read()
    await kept.close()
    await expect(drained(reader)).resolves.toBe('ended')
  })
})

async function drained(reader: { read(): Promise<{ done: boolean }> } | undefined): Promise<string> {
  try {
    while (!(await reader?.read())?.done);
  } catch {}
  return 'ended'
}

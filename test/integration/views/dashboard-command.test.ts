import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { main } from '../../../src/cli/main.ts'

const folder = mkdtempSync(join(tmpdir(), 'spenddown-dashboard-'))
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const CONFIG = `export default {
  database: { url: 'file:${join(folder, 'none.db')}' },
  vendor: { name: 'acme', baseUrl: 'https://api.acme.example', single: { request: () => ({ path: '/v1' }) } },
  records: { table: 'people', key: 'id', update: { title: 'title' } },
}`

test('`dashboard --json` prints one document, waits for the signal, and ends with 0; a host for others wants a token', async () => {
  const config = join(folder, 'spenddown.config.mjs')
  writeFileSync(config, CONFIG)
  let printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
  let complained = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += text
    return true
  })
  const run = (onSignals: (stop: () => void) => void, ...argv: string[]) =>
    main({ argv: ['dashboard', '--config', config, ...argv], noColor: true, dumbTerminal: true, onSignals })
  let status = 0
  const code = await run(
    async (stop) => {
      status = (await fetch(`${JSON.parse(printed).url}/`)).status
      stop()
    },
    '--json',
    '--port',
    '0',
  )
  expect(JSON.parse(printed)).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    asksForToken: false,
    signInUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/login\?key=[\w-]{32}$/),
  })
  // The database's file is missing: the page says so.
  expect([code, status]).toEqual([0, 503])
  expect(await run(() => {}, '--host', '0.0.0.0', '--port', '0')).toBe(2)
  expect(complained).toContain('service.token')
})

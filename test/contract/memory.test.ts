import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { ServersUnderTest } from '../support/vendors/server-under-test.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const MIB = 2 ** 20
/** Replies with as many values as are read; every tenth has more, by far. */
const JUNK: readonly [string, number][] = [
  ['[],', 1.8],
  ['{},', 1.5],
  ['"ab",', 5.5],
  ['1,', 7],
  ['{"20":0},', 1.2],
  ['"\u20ac\u20ac\u20ac",', 5],
]
const PACKED = JUNK.map(([piece, mib]) => {
  const junk = piece.repeat((mib * MIB) / piece.length)
  return gzipSync(`[{"status":200,"data":{"t":"x","junk":[${junk}0]}},{"status":200,"data":{"t":"y"}}]`)
})
const BOMB = gzipSync(`[${'{},'.repeat(5 * MIB)}0]`)

/** Records with values that are written, each as long as may be, in a reply that is nearly as long as may be. */
const LONG = gzipSync(JSON.stringify([...'abcdefghijklmno'].map((t) => ({ status: 200, data: { t: t.repeat(MIB) } }))))

test.runIf(process.platform === 'linux').each([
  ['hold', 2, 160, (n: number) => (n % 10 === 0 ? BOMB : PACKED[n % PACKED.length])],
  ['bring to the table', 15, 450, () => LONG],
])('memory stays within 450 MiB, whatever many replies at once %s', async (_, perCall, people, bodyOf) => {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-memory-'))
  const servers = new ServersUnderTest()
  onTestFinished(async () => {
    await servers.closeAll()
    rmSync(folder, { recursive: true })
  })
  const { url } = await servers.http((_, response, n) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bodyOf(n))
  })
  const database = new Database(join(folder, 'x.db'))
  database.exec('CREATE TABLE people (id INTEGER PRIMARY KEY, title TEXT)')
  database.exec(
    `INSERT INTO people (id) SELECT value FROM json_each('[${Array.from({ length: people }, (_, i) => i + 1)}]')`,
  )
  database.close()
  writeFileSync(
    join(folder, 'spenddown.config.mjs'),
    `export default {
      database: { url: 'file:${join(folder, 'x.db')}' },
      vendor: {
        name: 'acme', baseUrl: '${url}', timeoutMs: 120_000, limits: { maxConcurrent: 30 },
        bulk: {
          maxRecords: ${perCall},
          request: (records) => ({ method: 'POST', path: '/b', json: { ids: records.map((r) => r.id) } }),
          results: (body, records) => body.slice(0, records.length),
        },
        credits: { cost: { per: 'match', credits: 1 }, allotment: 100_000 },
      },
      records: { table: 'people', key: 'id', update: { title: 't' } },
      jobs: { all: { budget: 5_000 } },
    }`,
  )
  const child = spawn(process.execPath, [MAIN, 'run', 'all', '--json', '--quiet'], { cwd: folder, stdio: 'ignore' })
  let peakMib = 0
  const watch = setInterval(() => {
    try {
      const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      peakMib = Math.max(peakMib, Number(kib ?? 0) / 1024)
    } catch {}
  }, 20)
  const code = await new Promise((resolve) => child.on('exit', resolve))
  clearInterval(watch)
  expect(code).toBe(0)
  expect(peakMib).toBeGreaterThan(100)
  expect(peakMib).toBeLessThan(450)
})

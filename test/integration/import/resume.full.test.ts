import { readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type ImportSummary, InputError, type SpenddownConfig } from '../../../src/index.ts'
import { onServerOf, type Server } from '../../support/databases/disconnect.ts'
import { countsOf, type Desk, onBothDesks, onServerDesks, people, rejectsIn } from './support.ts'

/** Lines of which every tenth is bad, as text. */
function mixed(count: number): string {
  const lines = people(count).map((each) => JSON.stringify(each))
  return lines.map((line, at) => `${at % 10 === 3 ? '{"broken":' : line}\n`).join('')
}

/** Imports until so many batches have committed, and stops there. */
function stopAfter(desk: Desk, batches: number, request: { file: string; rejects?: string }, config?: SpenddownConfig) {
  const stop = new AbortController()
  let seen = 0
  const onProgress = () => {
    seen += 1
    if (seen > batches) stop.abort()
  }
  return desk.importing({ batch: 50, ...request }, config, { onProgress, signal: stop.signal })
}

const csvOf = (count: number) =>
  `Email;name;land\r\n${people(count)
    .map((_, at) => `p${at}@example.com;"Person\n${at}";US\r\n`)
    .join('')}`

onBothDesks((open) => {
  test.each([
    ['plain', 'people.jsonl', (text: string) => Buffer.from(text)],
    ['gzip', 'people.jsonl.gz', (text: string) => gzipSync(text)],
  ])(
    'an interrupted import of a %s file goes on where it stood, and counts nothing twice',
    async (_kind, name, pack) => {
      const desk = await open()
      // More than one chunk, so that the stop comes while there is more to read.
      const file = desk.file(pack(mixed(4_000)), name)
      const first = await stopAfter(desk, 2, { file })
      expect(first).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
      expect(first.read).toBeLessThan(4_000)
      expect(first.nextLine).toBe(first.read + 1)
      const rejects = `${file}.rejects.jsonl`
      // What a transaction that was killed has left behind.
      writeFileSync(rejects, `${readFileSync(rejects, 'utf8')}{"line":9999,"reas`)
      const second = await desk.importing({ file })
      expect(second).toMatchObject({ status: 'completed', resumedAtLine: first.nextLine, rejectsFile: rejects })
      expect(countsOf(second)).toEqual({
        read: 4_000,
        inserted: 3_600,
        changed: 0,
        unchanged: 0,
        rejected: 400,
        skipped: 0,
      })
      expect(rejectsIn(second).map(([line]) => line)).toEqual(Array.from({ length: 400 }, (_, at) => at * 10 + 4))
      expect(await desk.rows('SELECT 1 AS one FROM people')).toHaveLength(3_600)
    },
  )

  test('a CSV file goes on with the header that it began with', async () => {
    const desk = await open()
    const config = desk.config({ delimiter: ';', columns: { email: 'Email', name: 'name', country: 'land' } })
    const file = desk.file(`\ufeff${csvOf(9_000)}`, 'people.csv')
    const first = await stopAfter(desk, 1, { file }, config)
    expect(first.status).toBe('stopped')
    const second = await desk.importing({ file }, config)
    expect(second.resumedAtLine).toBe(1 + 1 + 2 * first.read)
    expect(countsOf(second)).toMatchObject({ read: 9_000, inserted: 9_000, rejected: 0 })
    expect(await desk.rows(`SELECT name FROM people WHERE email = 'p8999@example.com'`)).toEqual([
      { name: 'Person\n8999' },
    ])
  })

  test('a file that was read to its end, one that has changed, and one read otherwise, start over', async () => {
    const desk = await open()
    const file = desk.file(mixed(4_000))
    await stopAfter(desk, 2, { file })
    utimesSync(file, 1_000, 1_000)
    expect((await stopAfter(desk, 2, { file })).resumedAtLine).toBeNull()
    const other = desk.config({ columns: { email: 'Email', country: 'address.country' } })
    expect((await stopAfter(desk, 2, { file }, other)).resumedAtLine).toBeNull()
    expect((await stopAfter(desk, 2, { file, rejects: join(desk.folder, 'other') }, other)).resumedAtLine).toBeNull()
    expect((await desk.importing({ file })).resumedAtLine).toBeNull()
    expect(countsOf(await desk.importing({ file }))).toMatchObject({ read: 4_000, unchanged: 3_600, rejected: 400 })
  })

  test('a limit stops there, and the next import goes on', async () => {
    const desk = await open()
    const file = desk.file(people(25))
    const config = desk.config({ where: { includes: 'US' } })
    const first = await desk.importing({ file, limit: 5, batch: 2 }, config)
    expect(first).toMatchObject({
      status: 'completed',
      stopReason: 'limit-reached',
      inserted: 5,
      nextLine: first.read + 1,
    })
    expect(await desk.importing({ file }, config)).toMatchObject({
      inserted: 13,
      read: 25,
      skipped: 12,
      stopReason: null,
    })
  })

  test('a stream is read once: nothing is remembered of it', async () => {
    const desk = await open()
    const pieces = [...mixed(100)].map((each) => Buffer.from(each))
    const rejects = join(desk.folder, 'rejects')
    const summary = await desk.importing({ file: Readable.from(pieces), rejects })
    expect(summary).toMatchObject({ file: '-', inserted: 90, rejected: 10, nextLine: null })
    expect(await desk.rows(`SELECT * FROM ${desk.own('import')}`)).toEqual([])
    const zipped = await desk.importing({ file: Readable.from([gzipSync(mixed(100))]), rejects })
    expect(zipped).toMatchObject({ unchanged: 90, rejected: 10 })
    expect(rejectsIn(zipped)).toHaveLength(10)
  })

  test('gzip that ends too early: what stood before is in the table, and the whole file is read next', async () => {
    const desk = await open()
    const whole = gzipSync(mixed(20_000))
    const file = desk.file(whole, 'people.gz')
    truncateSync(file, whole.length - 200)
    const error = await desk.importing({ file }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InputError)
    expect((error as InputError).problems[0]?.found).toBe('gzip data that ends too early')
    expect((await desk.rows('SELECT 1 AS one FROM people')).length).toBeGreaterThan(0)
    writeFileSync(file, whole)
    expect(await desk.importing({ file })).toMatchObject({ read: 20_000, rejected: 2_000, status: 'completed' })
    expect(await desk.rows('SELECT 1 AS one FROM people')).toHaveLength(18_000)
  })

  test('a rejects file that is somebody else’s is left alone, and one without a line goes', async () => {
    const desk = await open()
    const file = desk.file(people(3))
    const precious = join(desk.folder, 'precious.txt')
    writeFileSync(precious, 'my notes')
    await expect(desk.importing({ file, rejects: precious })).rejects.toMatchObject({ code: 'REJECTS_UNWRITABLE' })
    await expect(desk.importing({ file, rejects: file })).rejects.toMatchObject({ code: 'IMPORT_INVALID' })
    expect(readFileSync(precious, 'utf8')).toBe('my notes')
    expect((await desk.importing({ file })).rejectsFile).toBeNull()
    expect(() => readFileSync(`${file}.rejects.jsonl`)).toThrow('ENOENT')
  })
})

// On SQLite two in one thread would wait for each other; test/crash does it with processes.
onServerDesks((open) => {
  test('two at once: the one that began later goes on, the other stops and writes nothing more', async () => {
    const desk = await open()
    const file = desk.file(mixed(4_000))
    let other: Promise<unknown> | null = null
    const onProgress = () => {
      other ??= desk.importing({ file, batch: 50 })
    }
    await expect(desk.importing({ file, batch: 50 }, undefined, { onProgress })).rejects.toMatchObject({
      code: 'IMPORT_TAKEN',
    })
    expect(await other).toMatchObject({ status: 'completed', read: 4_000, inserted: 3_600, rejected: 400 })
    expect(rejectsIn({ rejectsFile: `${file}.rejects.jsonl` })).toHaveLength(400)
  })

  test('a database that goes away is waited for, and nothing counts twice', async () => {
    const desk = await open()
    const file = desk.file(mixed(4_000))
    const { dialect, url } = desk.database
    let batches = 0
    const ended: Promise<number>[] = []
    let summary: ImportSummary | undefined
    await onServerOf(url, dialect as Server, async (disconnect) => {
      const onProgress = () => {
        batches += 1
        if (batches % 20 === 3) ended.push(disconnect())
      }
      summary = await desk.importing({ file, batch: 50 }, undefined, { onProgress })
      expect((await Promise.all(ended)).filter((count) => count > 0).length).toBeGreaterThan(2)
    })
    if (summary === undefined) throw new Error('the import did not end')
    expect(countsOf(summary)).toEqual({
      read: 4_000,
      inserted: 3_600,
      changed: 0,
      unchanged: 0,
      rejected: 400,
      skipped: 0,
    })
    expect(rejectsIn(summary)).toHaveLength(400)
  })
})

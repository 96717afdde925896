import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dialect } from '../../../src/store/sql.ts'
import { INSTANT, KEY_TEXT } from '../../support/databases/of-database.ts'
import { COLUMNS, countsOf, type Desk, idColumn, onEachDesk, people, rejectsIn } from './support.ts'

const NONE = { read: 0, inserted: 0, changed: 0, unchanged: 0, rejected: 0, skipped: 0 }

const PEOPLE_WITH_A_CHECK = (dialect: Dialect) =>
  `CREATE TABLE people (${idColumn(dialect)}, email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text, country text CHECK (country <> 'refused'),
    job_title text, refreshed_at ${INSTANT[dialect]})`

/** Every write to a row of the table is noted in a table `touched`. */
async function watchRows({ dialect, execute }: Desk): Promise<void> {
  await execute('CREATE TABLE touched (what text)')
  if (dialect === 'sqlite') {
    for (const what of ['INSERT', 'UPDATE', 'DELETE'])
      await execute(
        `CREATE TRIGGER t_${what} AFTER ${what} ON people BEGIN INSERT INTO touched VALUES ('${what}'); END`,
      )
    return
  }
  if (dialect === 'mysql') {
    for (const what of ['INSERT', 'UPDATE', 'DELETE'])
      await execute(
        `CREATE TRIGGER t_${what} AFTER ${what} ON people FOR EACH ROW INSERT INTO touched VALUES ('${what}')`,
      )
    return
  }
  await execute(
    `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO touched VALUES (TG_OP); RETURN NULL; END $$`,
    'CREATE TRIGGER noting AFTER INSERT OR UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION note()',
  )
}

/** Where each row lies and which transactions have to do with it, as PostgreSQL itself says; elsewhere what it holds. */
function rowVersions({ dialect, rows }: Desk): Promise<Record<string, unknown>[]> {
  const own = {
    sqlite: 'rowid AS r',
    postgresql: 'ctid::text AS at, xmin::text AS made, xmax::text AS locked',
    mysql: '1 AS one',
  }[dialect]
  return rows(`SELECT ${own}, id, email, name, country FROM people ORDER BY id`)
}

onEachDesk((open, dialect) => {
  test('new records go in, never refreshed, so that the daily load finds them', async () => {
    const desk = await open()
    const summary = await desk.importing({ file: desk.file(people(3)) })
    expect(countsOf(summary)).toEqual({ ...NONE, read: 3, inserted: 3 })
    expect(summary).toMatchObject({ status: 'completed', stopReason: null, rejectsFile: null, nextLine: null })
    expect(await desk.rows('SELECT email, name, country, job_title, refreshed_at FROM people ORDER BY id')).toEqual(
      [0, 1, 2].map((at) => ({
        email: `p${at}@example.com`,
        name: `Person ${at}`,
        country: at % 2 === 0 ? 'US' : 'DE',
        job_title: null,
        refreshed_at: null,
      })),
    )
  })

  test('the same file twice writes no row of the table, and locks none', async () => {
    const desk = await open()
    const file = desk.file(people(2_500))
    await desk.importing({ file, batch: 1_000 })
    await watchRows(desk)
    const before = await rowVersions(desk)
    const again = await desk.importing({ file, batch: 700 })
    expect(countsOf(again)).toEqual({ ...NONE, read: 2_500, unchanged: 2_500 })
    expect(await rowVersions(desk)).toEqual(before)
    expect(await desk.rows('SELECT * FROM touched')).toEqual([])
  })

  test('generated keys are not used up by records that are there', async () => {
    const desk = await open()
    const file = desk.file(people(50))
    await desk.importing({ file })
    await desk.importing({ file })
    await desk.importing({ file: desk.file([...people(50), { Email: 'new@example.com' }]) })
    const [row] = await desk.rows(`SELECT id FROM people WHERE email = 'new@example.com'`)
    // InnoDB hands keys out by powers of two to a statement that adds many.
    expect(Number(row?.id)).toBe(dialect === 'mysql' ? 64 : 51)
  })

  test('a large batch of new records with a few that are there, or that are refused, among them', async () => {
    const desk = await open()
    await desk.execute('DROP TABLE people', PEOPLE_WITH_A_CHECK(dialect))
    const all = people(1_000)
    await desk.importing({ file: desk.file([7, 333, 995].map((at) => all[at] as object)) })
    await desk.execute(`UPDATE people SET name = 'another' WHERE email = 'p333@example.com'`)
    all[541] = { ...all[541], address: { country: 'refused' } }
    const summary = await desk.importing({ file: desk.file(all) })
    expect(countsOf(summary)).toEqual({ ...NONE, read: 1_000, inserted: 996, changed: 1, unchanged: 2, rejected: 1 })
    expect(rejectsIn(summary)).toHaveLength(1)
    expect(await desk.rows(`SELECT email FROM people WHERE name = 'another'`)).toEqual([])
  })

  test('only what differs is changed, only in mapped columns, and nothing empty overwrites', async () => {
    const desk = await open()
    await desk.importing({ file: desk.file(people(4)) })
    await desk.execute(`UPDATE people SET job_title = 'paid for', refreshed_at = '2026-01-02T03:04:05Z'`)
    await watchRows(desk)
    const changed = [
      { Email: 'p0@example.com', name: 'Another', address: { country: 'US' }, title: 'other' },
      { Email: 'p1@example.com', name: '', address: { country: null } },
      { Email: 'p2@example.com' },
      { Email: 'p3@example.com', name: 'Person 3', address: { country: 'FR' } },
    ]
    const summary = await desk.importing({ file: desk.file(changed) })
    expect(countsOf(summary)).toEqual({ ...NONE, read: 4, changed: 2, unchanged: 2 })
    expect(await desk.rows('SELECT name, country, job_title FROM people ORDER BY id')).toEqual([
      { name: 'Another', country: 'US', job_title: 'paid for' },
      { name: 'Person 1', country: 'DE', job_title: 'paid for' },
      { name: 'Person 2', country: 'US', job_title: 'paid for' },
      { name: 'Person 3', country: 'FR', job_title: 'paid for' },
    ])
    expect(await desk.rows('SELECT refreshed_at FROM people WHERE refreshed_at IS NULL')).toEqual([])
    expect(await desk.rows('SELECT * FROM touched')).toHaveLength(2)
  })

  test("with empty: 'write' null becomes NULL, and what a line does not have stays", async () => {
    const desk = await open()
    await desk.importing({ file: desk.file(people(2)) })
    const file = desk.file([
      { Email: 'p0@example.com', name: null },
      { Email: 'p1@example.com', name: '' },
    ])
    const summary = await desk.importing({ file }, desk.config({ empty: 'write' }))
    expect(countsOf(summary)).toEqual({ ...NONE, read: 2, changed: 2 })
    expect(await desk.rows('SELECT name, country FROM people ORDER BY id')).toEqual([
      { name: null, country: 'US' },
      { name: '', country: 'DE' },
    ])
    expect(countsOf(await desk.importing({ file }, desk.config({ empty: 'write' })))).toEqual({
      ...NONE,
      read: 2,
      unchanged: 2,
    })
  })

  test('of lines with one key the last word counts, wherever a batch ends', async () => {
    const desk = await open()
    await desk.execute('DROP TABLE people', PEOPLE_WITH_A_CHECK(dialect))
    const value = fc.option(fc.constantFrom('x', 'y', 'refused'), { nil: undefined })
    const line = fc.record({
      Email: fc.constantFrom('a', 'b', 'c'),
      name: value,
      address: fc.record({ country: value }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (lines, batch) => {
          const file = desk.file(lines)
          const load = async (size: number) => {
            await desk.execute('DELETE FROM people')
            const { inserted, rejected } = await desk.importing({ file, batch: size })
            return {
              inserted,
              rejected,
              rows: await desk.rows('SELECT email, name, country FROM people ORDER BY email'),
            }
          }
          expect(await load(batch)).toEqual(await load(1))
        },
      ),
      { numRuns: 12 },
    )
  })

  test('a value that the database refuses rejects its line, and no other of the batch', async () => {
    const desk = await open(
      `email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text, country text CHECK (country <> 'XX'), phone ${KEY_TEXT[dialect]} UNIQUE`,
    )
    const config = desk.config({ columns: { ...COLUMNS, phone: 'phone' } })
    const lines = people(40, (at) => ({
      phone: at === 30 ? '+1-5' : `+1-${at}`,
      ...(at === 7 ? { address: { country: 'XX' } } : {}),
    }))
    const summary = await desk.importing({ file: desk.file(lines) }, config)
    expect(countsOf(summary)).toEqual({ ...NONE, read: 40, inserted: 38, rejected: 2 })
    const rejects = rejectsIn(summary)
    expect(rejects.map(([line]) => line)).toEqual([8, 31])
    expect(rejects[0]?.[1]).toMatch(/check constraint|CONSTRAINT .* failed/i)
    expect(rejects[1]?.[1]).toMatch(/unique|^Duplicate entry for key 'phone'$/i)
    expect(await desk.rows('SELECT 1 AS one FROM people')).toHaveLength(38)
  })

  test('of lines with one key only the refused one is rejected', async () => {
    const desk = await open(
      `email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text, country text CHECK (country <> 'XX')`,
    )
    const same = (country: string, name: string) => ({ Email: 'a@x', name, address: { country } })
    const summary = await desk.importing({
      file: desk.file([same('US', 'one'), same('XX', 'two'), same('DE', 'three')]),
    })
    expect(countsOf(summary)).toMatchObject({ inserted: 1, changed: 1, rejected: 1 })
    expect(rejectsIn(summary).map(([line]) => line)).toEqual([2])
    expect(await desk.rows('SELECT name, country FROM people')).toEqual([{ name: 'three', country: 'DE' }])
  })

  test('a new record without a needed value is rejected by name; one that is there is changed', async () => {
    const desk = await open(`email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text NOT NULL, country text`)
    await desk.importing({ file: desk.file(people(1)) })
    const lines = [{ Email: 'p0@example.com', address: { country: 'FR' } }, { Email: 'new@example.com' }]
    const summary = await desk.importing({ file: desk.file(lines) })
    expect(countsOf(summary)).toEqual({ ...NONE, read: 2, changed: 1, rejected: 1 })
    expect(rejectsIn(summary)).toEqual([[2, 'a new record needs a value for "name"']])
    const strict = await desk.importing({ file: desk.file(lines) }, desk.config({ empty: 'write' }))
    expect(rejectsIn(strict)).toEqual([[2, 'a new record needs a value for "name"']])
  })

  test("what a line does not say is the column's default in a new record", async () => {
    const desk = await open(`email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text, country text NOT NULL DEFAULT 'ZZ'`)
    const summary = await desk.importing({
      file: desk.file([{ Email: 'a@x' }, { Email: 'b@x', address: { country: 'US' } }]),
    })
    expect(countsOf(summary)).toMatchObject({ inserted: 2, rejected: 0 })
    expect(await desk.rows('SELECT country FROM people ORDER BY email')).toEqual([{ country: 'ZZ' }, { country: 'US' }])
  })

  test('a key of several columns', async () => {
    const desk = await open(`email ${KEY_TEXT[dialect]}, name text, country ${KEY_TEXT[dialect]}`)
    await desk.execute('CREATE UNIQUE INDEX one_each ON people (country, email)')
    const config = desk.config({ key: ['email', 'country'] })
    const same = (country: string, name: string) => ({ Email: 'a@x', name, address: { country } })
    const file = desk.file([same('US', 'one'), same('DE', 'two'), same('US', 'three')])
    expect(countsOf(await desk.importing({ file }, config))).toMatchObject({ inserted: 2, changed: 1 })
    const again = desk.file([same('US', 'three'), same('DE', 'two'), same('DE', 'two')])
    expect(countsOf(await desk.importing({ file: again }, config))).toMatchObject({ changed: 0, unchanged: 3 })
    expect(await desk.rows('SELECT country, name FROM people ORDER BY country')).toEqual([
      { country: 'DE', name: 'two' },
      { country: 'US', name: 'three' },
    ])
  })

  test('keys that are equal to the database alone are one record, and the last word counts', async () => {
    const type = { sqlite: 'text COLLATE NOCASE', postgresql: 'char(20)', mysql: 'varchar(20)' }[dialect]
    const [one, other] = dialect === 'postgresql' ? ['a@x', 'a@x  '] : ['A@x', 'a@X']
    const desk = await open(`email ${type} NOT NULL UNIQUE, name text, country text`)
    const lines = [
      { Email: one, name: 'first' },
      { Email: 'b@x', name: 'b' },
      { Email: other, name: 'second' },
    ]
    const file = desk.file(lines)
    expect(countsOf(await desk.importing({ file }))).toMatchObject({ inserted: 2, rejected: 0 })
    expect(await desk.rows(`SELECT name FROM people ORDER BY name`)).toEqual([{ name: 'b' }, { name: 'second' }])
  })

  test("a record's primary key is given once, and never changed", async () => {
    const desk = await open()
    const config = desk.config({ columns: { ...COLUMNS, id: 'id' } })
    await desk.importing({ file: desk.file([{ Email: 'a@x', id: 17 }]) }, config)
    const summary = await desk.importing({ file: desk.file([{ Email: 'a@x', id: 18, name: 'A' }]) }, config)
    expect(countsOf(summary)).toMatchObject({ changed: 1, rejected: 0 })
    expect((await desk.rows('SELECT id, name FROM people')).map(({ id, name }) => [Number(id), name])).toEqual([
      [17, 'A'],
    ])
  })

  test('values of many types are the same to the second import as to the first', async () => {
    const types = {
      sqlite: 'n INTEGER, d DECIMAL(8,2), f REAL, b BOOLEAN, j JSON, t DATETIME, day DATE',
      postgresql:
        'n bigint, d numeric(8,2), f real, b boolean, j json, t timestamp(0), day date, tags text[], jb jsonb, v varchar(5)',
      mysql: 'n bigint, d numeric(8,2), f float, b boolean, j json, t datetime, day date, v char(8)',
    }[dialect]
    const desk = await open(`email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, ${types}`)
    const names = ['n', 'd', 'f', 'b', 'j', 't', 'day']
    if (dialect === 'postgresql') names.push('tags', 'jb', 'v')
    if (dialect === 'mysql') names.push('v')
    const config = desk.config({
      columns: Object.fromEntries([['email', 'Email'], ...names.map((name) => [name, name])]),
    })
    const line = {
      n: '007',
      d: '1.005',
      f: 0.1,
      b: 'yes',
      j: { b: 1, a: [1] },
      t: '2026-11-05T10:00:00.6+02:00',
      day: '2026-11-05',
      tags: ['x', 'y,z'],
      jb: { b: 1, a: 2 },
      v: 'abcde',
    }
    const file = desk.file([{ Email: 'a@x', ...line }])
    expect(countsOf(await desk.importing({ file }, config))).toMatchObject({ inserted: 1, rejected: 0 })
    expect(countsOf(await desk.importing({ file }, config))).toMatchObject({ changed: 0, unchanged: 1 })
    const bad = desk.file([
      { Email: 'a@x', n: 'many' },
      { Email: 'b@x', d: 'x' },
      { Email: 'c@x', day: 'today' },
    ])
    const summary = await desk.importing({ file: bad }, config)
    expect(countsOf(summary)).toEqual({ ...NONE, read: 3, rejected: 3 })
    expect(rejectsIn(summary)[0]?.[1]).toMatch(/^column "n" holds whole numbers .*; found text that is not a number$/)
  })

  test('a line that cannot matter is skipped before it is parsed', async () => {
    const desk = await open()
    const text = `${JSON.stringify({ Email: 'a@x', address: { country: 'US' } })}\nthis is no JSON\n\n   \n`
    const file = desk.file(text)
    const summary = await desk.importing({ file }, desk.config({ where: { includes: ['"US"', '"CA"'] } }))
    expect(countsOf(summary)).toEqual({ ...NONE, read: 2, inserted: 1, skipped: 1 })
    const throwing = desk.config({
      where: () => {
        throw new Error('oh')
      },
    })
    expect(rejectsIn(await desk.importing({ file }, throwing))[0]).toEqual([1, 'records.import.where threw: oh'])
  })

  test('a dry run says what would be done, and writes nothing anywhere', async () => {
    const desk = await open()
    await desk.execute(
      `INSERT INTO people (email, name) VALUES ('p0@example.com', 'Person 0'), ('p1@example.com', 'x')`,
    )
    const file = desk.file([...people(4), { name: 'nobody' }])
    const summary = await desk.importing({ file, dryRun: true })
    expect(countsOf(summary)).toEqual({ read: 5, inserted: 2, changed: 2, unchanged: 0, rejected: 1, skipped: 0 })
    expect(summary).toMatchObject({ dryRun: true, rejectsFile: null, nextLine: null })
    expect(summary.rejects).toEqual([{ line: 5, reason: 'it has no key: no "email"', text: '{"name":"nobody"}' }])
    expect(await desk.rows('SELECT 1 AS one FROM people')).toHaveLength(2)
    await expect(desk.rows(`SELECT 1 FROM ${desk.own('import')}`)).rejects.toThrow()
  })
})

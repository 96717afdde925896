import { beforeAll, describe, expect, it } from 'vitest'
import { KEY_TEXT, numberedSql, SCANS_R } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import { sql } from '../../sql.ts'
import { readRecords, readSql } from './read-records.ts'

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'

  describe('keys', () => {
    const uuid = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`
    const kinds = {
      ints: { type: 'integer', value: 'n', key: (n: number) => String(n) },
      bigs: {
        type: 'bigint',
        value: '9007199254740992 + n',
        key: (n: number) => String(9007199254740992n + BigInt(n)),
      },
      texts: {
        type: KEY_TEXT[at.dialect],
        value: at.dialect === 'mysql' ? `'k"\\\\{},''' || n` : `'k"\\{},''' || n`,
        key: (n: number) => `k"\\{},'${n}`,
      },
      uuids: {
        type: 'uuid',
        value: {
          sqlite: "printf('00000000-0000-0000-0000-%012d', n)",
          postgresql: "lpad(n::text, 32, '0')::uuid",
          mysql: "lpad(n, 32, '0')",
        }[at.dialect],
        key: uuid,
      },
    }
    const names = Object.keys(kinds) as (keyof typeof kinds)[]

    beforeAll(async () => {
      for (const name of names) {
        const { type, value } = kinds[name]
        const source = numberedSql(at.dialect, sqlite ? 3_000 : 50_000)
        await at.run(
          `CREATE TABLE ${name} (id ${type} PRIMARY KEY NOT NULL, n integer)`,
          `INSERT INTO ${name} SELECT ${value}, n FROM ${source}`,
        )
        if (!sqlite) continue
        await at.run(
          `CREATE TABLE ${name}_wr (id ${type} PRIMARY KEY NOT NULL, n integer) WITHOUT ROWID`,
          `INSERT INTO ${name}_wr SELECT ${value}, n FROM ${source}`,
        )
      }
      await at.run('ANALYZE')
    })

    it.each(names)('of every kind find their records: %s', async (name) => {
      const table = await at.table({ table: name, key: 'id' })
      const keys = [5, 1, 2_999, 1_000_000].map(kinds[name].key)
      const found = await readRecords(at.db, table, keys)
      expect([...found.keys()].sort()).toEqual(keys.slice(0, 3).sort())
      expect(keys.slice(0, 3).map((key) => found.get(key)?.row.n)).toEqual([5, 1, 2_999])
      expect(await readRecords(at.db, table, [])).toEqual(new Map())
    })

    it.each(names)('lead to the records by their index: %s', async (name) => {
      const keys = Array.from({ length: 100 }, (_, i) => kinds[name].key(i))
      const plan = await at.plan(readSql(await at.table({ table: name, key: 'id' }), keys))
      expect(plan).not.toMatch(SCANS_R[at.dialect])
    })
  })

  it('reads two hundred columns, with names of all sorts', async () => {
    const odd = [
      '__proto__',
      'constructor',
      'a.b',
      'say "hi"',
      "it's",
      'x; DROP TABLE wide',
      'ÄÖ',
      '?',
      '$1',
      ':p',
      'select',
    ]
    const columns = [...odd, ...Array.from({ length: 199 - odd.length }, (_, i) => `c${i}`)]
    await at.run(
      `CREATE TABLE wide (id integer PRIMARY KEY, ${columns.map((name) => `"${name.replaceAll('"', '""')}" text`).join(', ')})`,
      `INSERT INTO wide VALUES (1, ${columns.map((_, i) => `'v${i}'`).join(', ')})`,
    )
    const row = (await readRecords(at.db, await at.table({ table: 'wide', key: 'id' }), ['1'])).get('1')?.row ?? {}
    expect(Object.keys(row)).toEqual(['id', ...columns])
    expect(Object.values(row)).toEqual([1, ...columns.map((_, i) => `v${i}`)])
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
  })

  it('reads text as it is', async () => {
    const texts = [
      '',
      ' ',
      'NULL',
      '"',
      '\\',
      '\n\t\r',
      '\u2028',
      '\u{1f600}',
      '[1]',
      '{"a":1}',
      'é'.repeat(10_000),
      '\u0001\u001f\u007f',
    ]
    await at.run('CREATE TABLE texts_read (id integer PRIMARY KEY, t text)')
    for (const [i, text] of texts.entries()) {
      await at.db.$executeRaw(sql`INSERT INTO texts_read VALUES (${i}, ${text})`)
    }
    const table = await at.table({ table: 'texts_read', key: 'id' })
    const read = await readRecords(
      at.db,
      table,
      texts.map((_, i) => String(i)),
    )
    expect(texts.map((_, i) => read.get(String(i))?.row.t)).toEqual(texts)
  })
})

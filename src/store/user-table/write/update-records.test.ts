import { beforeEach, expect, it } from 'vitest'
import { INSTANT, instantLiteral, KEY_TEXT } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import { inTransaction, update } from '../../../../test/support/store/test-updates.ts'
import { readRecords } from '../read/read-records.ts'
import type { UserTable } from '../user-table.ts'

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const old = instantLiteral(at.dialect, '2026-01-01T00:00:00.000Z')
  const later = instantLiteral(at.dialect, '2026-06-01T00:00:00.000Z')
  let people: UserTable

  beforeEach(async () => {
    await at.run(
      'DROP TABLE IF EXISTS people',
      `CREATE TABLE people (id integer PRIMARY KEY, name ${KEY_TEXT[at.dialect]} UNIQUE, age integer CHECK (age >= 0), city text, must varchar(20) NOT NULL DEFAULT '',
        at ${INSTANT[at.dialect]})`,
    )
    const rows = Array.from({ length: 50 }, (_, i) => `(${i + 1}, 'n${i + 1}', 1, 'old', '${old}')`)
    await at.run(`INSERT INTO people (id, name, age, city, at) VALUES ${rows.join(', ')}`)
    people = await at.table({ table: 'people', key: 'id', refreshedAt: 'at' })
  })

  const selectedAt = sqlite ? '2026-01-01T00:00:00.000Z' : '2026-01-01T00:00:00.000000Z'
  const cities = async () =>
    (await at.rows<{ city: string }>('SELECT city FROM people ORDER BY id')).map(({ city }) => city)
  const all = (values: (id: number) => Record<string, unknown>, ids = Array.from({ length: 50 }, (_, i) => i + 1)) =>
    ids.map((id) => update(people, String(id), values(id), selectedAt))

  it('writes only the columns given, and stamps the record', async () => {
    const result = await inTransaction(at, people, [
      update(people, '7', { city: 'Paris' }, selectedAt),
      update(people, '9', { age: 5, city: null }, selectedAt),
    ])
    expect(result).toEqual({ updated: ['7', '9'], superseded: [], changed: [], gone: [], rejected: [] })
    const read = await readRecords(at.db, people, ['7', '9', '8'])
    const stamp = sqlite ? '2026-11-05T10:00:00.123Z' : '2026-11-05T10:00:00.123000Z'
    expect(read.get('7')).toMatchObject({ row: { name: 'n7', age: 1, city: 'Paris' }, refreshedAt: stamp })
    expect(read.get('9')).toMatchObject({ row: { name: 'n9', age: 5, city: null }, refreshedAt: stamp })
    expect(read.get('8')).toMatchObject({ row: { city: 'old' }, refreshedAt: selectedAt })
  })

  it('tells apart what was written, what someone else refreshed, and what is gone', async () => {
    await at.run(
      `UPDATE people SET at = '${later}', city = 'theirs' WHERE id = 2`,
      'DELETE FROM people WHERE id = 3',
      'UPDATE people SET at = NULL WHERE id = 4',
    )
    const result = await inTransaction(
      at,
      people,
      all(() => ({ city: 'ours' }), [1, 2, 3, 4, 60]),
    )
    expect(result).toEqual({ updated: ['1', '4'], superseded: ['2'], changed: [], gone: ['3', '60'], rejected: [] })
    expect((await cities()).slice(0, 3)).toEqual(['ours', 'theirs', 'ours'])
  })

  it('takes a record that was never refreshed when selected for superseded once it is', async () => {
    const row = (selectedAt: string | null) => [update(people, '1', { city: 'ours' }, selectedAt)]
    expect((await inTransaction(at, people, row(null))).superseded).toEqual(['1'])
    await at.run('UPDATE people SET at = NULL')
    expect((await inTransaction(at, people, row(null))).updated).toEqual(['1'])
  })

  it('writes where the record is older than when selected, or just as old', async () => {
    await at.run(`UPDATE people SET at = '${instantLiteral(at.dialect, '2025-01-01T00:00:00.000Z')}' WHERE id = 1`)
    expect(
      (
        await inTransaction(
          at,
          people,
          all(() => ({ city: 'ours' }), [1, 2]),
        )
      ).updated,
    ).toEqual(['1', '2'])
  })

  it('checks nothing, and stamps nothing, without refreshedAt', async () => {
    const plain = await at.table({ table: 'people', key: 'id' })
    const result = await inTransaction(at, plain, [
      update(plain, '1', { city: 'ours' }),
      update(plain, '99', { city: 'ours' }),
    ])
    expect(result).toEqual({ updated: ['1'], superseded: [], changed: [], gone: ['99'], rejected: [] })
    expect((await readRecords(at.db, people, ['1'])).get('1')?.refreshedAt).toBe(selectedAt)
  })

  it('can stamp alone, and can have nothing to do at all', async () => {
    expect((await inTransaction(at, people, [update(people, '1', {}, selectedAt)])).updated).toEqual(['1'])
    const plain = await at.table({ table: 'people', key: 'id' })
    expect(await inTransaction(at, plain, [update(plain, '1', {}), update(plain, '99', {})])).toMatchObject({
      updated: ['1'],
      changed: [],
      gone: ['99'],
    })
    expect(await inTransaction(at, plain, [])).toEqual({
      updated: [],
      superseded: [],
      changed: [],
      gone: [],
      rejected: [],
    })
  })

  it('refuses a batch that names a record twice', async () => {
    await expect(
      inTransaction(
        at,
        people,
        all(() => ({ city: 'x' }), [1, 1]),
      ),
    ).rejects.toThrow('names a record twice')
    await expect(inTransaction(at, people, [{ key: '1', selectedAt, values: { 'x"': '1' } }])).rejects.toThrow(
      'no column',
    )
  })

  it('takes values and names for what they are', async () => {
    const evil = `'); DROP TABLE people; --`
    await at.run(
      'DROP TABLE IF EXISTS "Odd ""T"',
      `CREATE TABLE "Odd ""T" ("K'ey" ${KEY_TEXT[at.dialect]} PRIMARY KEY NOT NULL, "v"", (1) --" text, "\${x}" text, "?" text, "$1" text)`,
      `INSERT INTO "Odd ""T" ("K'ey") VALUES ('''); DROP TABLE people; --')`,
    )
    const odd = await at.table({ table: '"Odd ""T"', key: "K'ey" })
    const values = Object.fromEntries(odd.columns.slice(1).map(({ name }) => [name, evil]))
    expect((await inTransaction(at, odd, [update(odd, evil, values)])).updated).toEqual([evil])
    expect((await readRecords(at.db, odd, [evil])).get(evil)?.row).toEqual({ "K'ey": evil, ...values })
    expect(await cities()).toHaveLength(50)
  })

  it('writes two hundred columns', async () => {
    const names = Array.from({ length: 199 }, (_, i) => `c${i}`)
    await at.run(
      'DROP TABLE IF EXISTS wide',
      `CREATE TABLE wide (id integer PRIMARY KEY, ${names.map((name) => `${name} text`).join(', ')})`,
      'INSERT INTO wide (id) VALUES (1)',
    )
    const wide = await at.table({ table: 'wide', key: 'id' })
    const values = Object.fromEntries(names.map((name, i) => [name, `v${i}`]))
    expect((await inTransaction(at, wide, [update(wide, '1', values)])).updated).toEqual(['1'])
    expect((await readRecords(at.db, wide, ['1'])).get('1')?.row).toEqual({ id: 1, ...values })
  })
})

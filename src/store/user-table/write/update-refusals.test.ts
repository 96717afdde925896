import { beforeEach, describe, expect, it } from 'vitest'
import { INSTANT, instantLiteral, KEY_TEXT } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import { inTransaction, NOW, update } from '../../../../test/support/store/test-updates.ts'
import { type Db, sql } from '../../sql.ts'
import { readRecords } from '../read/read-records.ts'
import type { UserTable } from '../user-table.ts'
import { updateRecords } from './update-records.ts'

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

  describe('values that the database refuses', () => {
    it.each([
      ['the first', [1]],
      ['the last', [50]],
      ['several', [1, 2, 17, 31, 50]],
      ['none', []],
      ['all', Array.from({ length: 50 }, (_, i) => i + 1)],
    ])('are rejected alone, the others are written: %s', async (_, bad: number[]) => {
      const result = await inTransaction(
        at,
        people,
        all((id) => ({ age: bad.includes(id) ? -1 : 30, city: 'new' })),
      )
      expect(result.rejected.map(({ key }) => Number(key))).toEqual(bad)
      for (const { problem } of result.rejected) expect(problem).toMatch(/check constraint|CONSTRAINT `/i)
      expect(result.updated).toHaveLength(50 - bad.length)
      expect(await cities()).toEqual(Array.from({ length: 50 }, (_, i) => (bad.includes(i + 1) ? 'old' : 'new')))
      expect((await readRecords(at.db, people, bad.map(String))).get(String(bad[0]))?.refreshedAt).toBe(
        bad.length > 0 ? selectedAt : undefined,
      )
    })

    it('may be so for each other: the first of two with one name has it', async () => {
      const result = await inTransaction(
        at,
        people,
        all((id) => ({ name: id <= 2 ? 'same' : `new ${id}` })),
      )
      expect(result.rejected.map(({ key }) => key)).toEqual(['2'])
      expect(result.rejected[0]?.problem).toMatch(/unique|Duplicate entry for key/i)
      expect(result.updated).toHaveLength(49)
    })

    it('do not hide who else was superseded or gone', async () => {
      await at.run(`UPDATE people SET at = '${later}' WHERE id = 2`, 'DELETE FROM people WHERE id = 3')
      const result = await inTransaction(
        at,
        people,
        all((id) => ({ age: id === 1 ? -1 : 2 }), [1, 2, 3, 4]),
      )
      expect(result).toMatchObject({
        updated: ['4'],
        superseded: ['2'],
        changed: [],
        gone: ['3'],
        rejected: [{ key: '1' }],
      })
    })

    it('leave the rest of the transaction as it was', async () => {
      await at.transaction(async (tx) => {
        await tx.$executeRaw(sql`UPDATE people SET city = 'before' WHERE id = 50`)
        await updateRecords(
          tx,
          people,
          all(() => ({ age: -1 }), [1, 2]),
          NOW,
        )
        await tx.$executeRaw(sql`UPDATE people SET city = 'after' WHERE id = 49`)
      })
      expect((await cities()).slice(-2)).toEqual(['after', 'before'])
    })
  })

  it("passes the database's other errors on as they are", async () => {
    await at.run('ALTER TABLE people RENAME COLUMN city TO town')
    await expect(
      inTransaction(
        at,
        people,
        all(() => ({ city: 'x' }), [1]),
      ),
    ).rejects.toMatchObject({ code: 'P2010' })
    const broken: Db = { $queryRaw: () => Promise.reject(new Error('gone')), $executeRaw: async () => 0 }
    await expect(updateRecords(broken, people, [update(people, '1', { age: 1 })], NOW)).rejects.toThrow('gone')
  })

  it('says so where a trigger keeps the record as it was', async () => {
    if (sqlite)
      await at.run('CREATE TRIGGER keep BEFORE UPDATE ON people WHEN NEW.id = 1 BEGIN SELECT RAISE(IGNORE); END')
    else if (at.dialect === 'mysql') return
    else {
      await at.run(
        'CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN NEW.id = 1 THEN NULL ELSE NEW END; END $$',
        'CREATE TRIGGER keep BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION keep()',
      )
    }
    const result = await inTransaction(
      at,
      people,
      all(() => ({ city: 'x' }), [1, 2]),
    )
    expect(result).toMatchObject({
      updated: ['2'],
      rejected: [{ key: '1', problem: expect.stringContaining('trigger') }],
    })
  })

  it("gives a trigger's exception in its own words", async () => {
    if (sqlite)
      await at.run(
        "CREATE TRIGGER no BEFORE UPDATE ON people WHEN NEW.id = 1 BEGIN SELECT RAISE(ABORT, 'not this one'); END",
      )
    else if (at.dialect === 'mysql')
      await at.run(
        "CREATE TRIGGER no BEFORE UPDATE ON people FOR EACH ROW IF NEW.id = 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not this one'; END IF",
      )
    else {
      await at.run(
        "CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 1 THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER no BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION no()',
      )
    }
    const result = await inTransaction(
      at,
      people,
      all(() => ({ city: 'x' }), [1, 2]),
    )
    expect(result).toMatchObject({ updated: ['2'], rejected: [{ key: '1', problem: 'not this one' }] })
  })
})

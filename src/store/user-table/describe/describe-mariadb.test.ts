import { beforeAll, expect, it } from 'vitest'
import { onMariadb } from '../../../../test/support/store/test-databases.ts'
import { checkUpdate } from './check-columns.ts'
import { describeTable, type TableWanted } from './describe-table.ts'

onMariadb((at) => {
  const found = async (wanted: TableWanted) => {
    const described = await describeTable(at.db, 'mysql', wanted)
    return 'problems' in described ? described.problems.map((problem) => problem.found) : []
  }
  const longest = 'x'.repeat(64)

  beforeAll(async () => {
    await at.run(
      'CREATE TABLE isam (id int PRIMARY KEY, a text) ENGINE = MyISAM',
      'CREATE TABLE memo (id int PRIMARY KEY, a int) ENGINE = MEMORY',
      `CREATE TABLE typed (id bigint unsigned PRIMARY KEY AUTO_INCREMENT, tiny tinyint unsigned, flag tinyint(1), bits bit(1),
        medium mediumint, price decimal(6,2), real4 float, real8 double, word varchar(20) COLLATE utf8mb4_general_ci,
        doc json, mood enum('a','it''s','1'), some set('x','y'), born year, at datetime(3), stamp timestamp NULL,
        whole int AS (tiny + 1) VIRTUAL, kept int AS (tiny + 2) STORED, photo blob, place point, given int DEFAULT 3,
        \`tick\`\`s\` text, "${longest}" text)`,
      'CREATE VIEW shown AS SELECT id FROM typed',
      'CREATE TABLE long_keys (url varchar(600) CHARACTER SET latin1 NOT NULL PRIMARY KEY, bin binary(16) NOT NULL UNIQUE)',
      'CREATE TABLE prefixes (id int PRIMARY KEY, name varchar(200) NOT NULL, UNIQUE (name(10)))',
    )
  })

  it('refuses a table whose engine has no transactions, and says what helps', async () => {
    expect(await found({ table: 'isam', key: 'id' })).toEqual([
      '"isam", a table of the engine MyISAM, which has no transactions (ALTER TABLE … ENGINE = InnoDB gives it some)',
    ])
    expect((await found({ table: 'memo', key: 'id' }))[0]).toContain('MEMORY')
    expect(await found({ table: 'shown', key: 'id' })).toEqual(['"shown", a view'])
  })

  it('knows what each type holds', async () => {
    const table = await at.table({ table: 'typed', key: 'id', refreshedAt: 'at' })
    const told = Object.fromEntries(table.columns.map(({ name, kind, castType }) => [name, `${kind} ${castType}`]))
    expect(told).toEqual({
      id: 'bigint bigint unsigned',
      tiny: 'integer tinyint unsigned',
      flag: 'boolean tinyint',
      bits: 'boolean bit',
      medium: 'integer mediumint',
      price: 'numeric decimal',
      real4: 'float real',
      real8: 'float double',
      word: 'text varchar',
      doc: 'json longtext',
      mood: 'enum enum',
      some: 'other set',
      born: 'integer year',
      at: 'timestamp datetime',
      stamp: 'timestamptz timestamp',
      whole: 'integer int',
      kept: 'integer int',
      photo: 'bytes blob',
      place: 'other point',
      given: 'integer int',
      'tick`s': 'text text',
      [longest]: 'text text',
    })
    const column = (name: string) => table.columns.find((each) => each.name === name)
    expect(column('mood')?.labels).toEqual(['a', "it's", '1'])
    expect(column('price')).toMatchObject({ precision: 6, scale: 2 })
    expect(column('word')).toMatchObject({ maxLength: 20, collation: 'utf8mb4_general_ci' })
    expect(['whole', 'kept', 'given'].map((name) => column(name)?.generated)).toEqual([true, true, false])
    expect(['id', 'given', 'tiny'].map((name) => column(name)?.hasDefault)).toEqual([true, true, false])
  })

  it('refuses to write what it cannot: a SET, bytes, a point, what is computed', async () => {
    const table = await at.table({ table: 'typed', key: 'id' })
    const problems = checkUpdate(table, ['some', 'photo', 'place', 'whole', 'kept', 'mood'], 'update')
    expect(problems.map(({ path }) => path)).toEqual([
      'update.some',
      'update.photo',
      'update.place',
      'update.whole',
      'update.kept',
    ])
  })

  it('refuses a key that is too long to be kept, that is bytes, or unique only at its beginning', async () => {
    expect(await found({ table: 'long_keys', key: 'url' })).toEqual([
      '"url", longer than the 500 characters that a key may have',
    ])
    expect(await found({ table: 'long_keys', key: 'bin' })).toEqual(['"bin" of type binary(16)'])
    expect(await found({ table: 'prefixes', key: 'name' })).toEqual(['"name", which is not unique'])
  })
})

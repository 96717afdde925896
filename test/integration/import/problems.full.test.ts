import { expect, test } from 'vitest'
import { type ImportOptions, InputError } from '../../../src/index.ts'
import { KEY_TEXT } from '../../support/databases/of-database.ts'
import { COLUMNS, type Desk, onBothDesks, people } from './support.ts'

/** The problems of an import that is refused, as "path: found". */
async function refused(desk: Desk, changes: Partial<ImportOptions>, file: string, request = {}): Promise<string[]> {
  const error = await desk.importing({ file, ...request }, desk.config(changes)).catch((thrown: unknown) => thrown)
  if (!(error instanceof InputError)) throw error
  expect(await desk.rows('SELECT 1 AS one FROM people')).toEqual([])
  return error.problems.map(({ path, found, hint }) => `${path}: ${found}${hint === undefined ? '' : ` (${hint})`}`)
}

onBothDesks((open, dialect) => {
  test('columns, key, flags and file are checked together, before a record is written', async () => {
    const desk = await open(`email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text, country text, born date NOT NULL`)
    const columns = { email: 'Email', nmae: 'name', refreshed: 'x' }
    const problems = await refused(desk, { key: ['email', 'nmae'], columns }, `${desk.folder}/none.jsonl`, { batch: 0 })
    expect(problems).toEqual([
      '--batch: 0',
      expect.stringMatching(/none\.jsonl: ENOENT/),
      'records.import.columns.nmae: "nmae", which the table does not have (Did you mean `name`?)',
      expect.stringMatching(/^records\.import\.columns\.refreshed: "refreshed", which the table does not have/),
      'records.import.columns: nothing for "born", which is NOT NULL and has no default',
    ])
  })

  test('a key must be what a unique index covers, neither more nor less', async () => {
    const desk = await open()
    const file = desk.file(people(1))
    const [problem] = await refused(desk, { key: 'name' }, file)
    expect(problem).toBe(
      `records.import.key: 'name', which no unique index covers (A unique index on "name" makes it a key.)`,
    )
    const part = dialect === 'mysql' ? 'people (name(10))' : `people (name) WHERE country = 'US'`
    await desk.execute(`CREATE UNIQUE INDEX one_each ON ${part}`)
    expect(await refused(desk, { key: 'name' }, file)).toHaveLength(1)
    expect(await refused(desk, { key: ['email', 'name'] }, file)).toHaveLength(1)
  })

  test('refreshedAt and columns that the database computes are not imported into', async () => {
    const computed =
      dialect === 'sqlite' ? 'twice text AS (name || name)' : 'twice text GENERATED ALWAYS AS (name || name) STORED'
    const desk = await open(`email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text, country text, ${computed}`)
    const file = desk.file(people(1))
    expect(await refused(desk, { columns: { ...COLUMNS, twice: 'name' } }, file)).toEqual([
      'records.import.columns.twice: "twice", which the database computes itself',
    ])
    expect(await refused(desk, { columns: { ...COLUMNS, refreshed_at: 'x' } }, file)).toEqual([
      'records.import.columns.refreshed_at: `refreshedAt`, which only fresh data stamps',
    ])
  })

  test.each([
    ['no columns at all', { columns: {} }, /^records\.import\.columns: an object/],
    ['a key that is not mapped', { key: 'phone' }, /^records\.import\.key: "phone"/],
    ['a test that tests nothing', { where: { includes: '' } }, /^records\.import\.where\.includes: ""/],
    ['an unknown key', { wehre: { includes: 'x' } }, /wehre: an unknown key \(Did you mean `where`\?\)/],
    ['a delimiter of two characters', { delimiter: '::' }, /^records\.import\.delimiter: "::"/],
    ['a source that is none', { columns: { email: 5 } }, /^records\.import\.columns\.email: 5/],
  ] as [string, Partial<ImportOptions>, RegExp][])('the config: %s', async (_name, changes, words) => {
    const desk = await open()
    expect(await refused(desk, changes, desk.file(people(1)))).toEqual([expect.stringMatching(words)])
  })

  test('a header without the mapped columns', async () => {
    const desk = await open()
    expect(await refused(desk, {}, desk.file('E-Mail,name\na@x,A\n', 'people.csv'))).toEqual([
      `records.import.columns.email: "Email", which the file's header does not have (Did you mean \`E-Mail\`?)`,
      `records.import.columns.country: "address.country", which the file's header does not have`,
    ])
  })

  test.each([
    ['a file named .gz that is none', 'people.jsonl.gz', Buffer.from('{"Email":"a@x"}'), /no gzip data/],
    [
      'gzip that is broken at once',
      'people.gz',
      Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 255, 255, 255, 255]),
      /people\.gz: /,
    ],
    ['a list of JSON', 'people.json', Buffer.from('[{"Email":"a@x"}]'), /one JSON list/],
    ['UTF-16', 'people.csv', Buffer.from('\ufeffEmail,name', 'utf16le'), /UTF-16/],
  ])('%s', async (_name, name, bytes, words) => {
    const desk = await open()
    expect(await refused(desk, {}, desk.file(bytes, name))).toEqual([expect.stringMatching(words)])
  })

  test('an empty file, and a header alone, are imports of nothing', async () => {
    const desk = await open()
    const csv = desk.config({ columns: { email: 'Email' } })
    expect(await desk.importing({ file: desk.file('') })).toMatchObject({ status: 'completed', read: 0 })
    expect(await desk.importing({ file: desk.file('Email', 'a.csv') }, csv)).toMatchObject({
      status: 'completed',
      read: 0,
    })
    expect(await desk.importing({ file: desk.file('', 'b.csv.gz') }, csv)).toMatchObject({
      status: 'completed',
      read: 0,
    })
  })
})

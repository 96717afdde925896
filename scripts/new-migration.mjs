// Writes the next migration of SQLite and PostgreSQL: from what the migrations so far make to what schema.prisma says. The
// engine cannot read MySQL: a person writes that one by hand, and test/integration/database/migrations.full.test.ts compares.
// Usage: npm run new-migration -- NAME      (NAME in lower case, words joined by _)
// Read what it writes: Prisma's schema cannot say WITHOUT ROWID or fillfactor.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { diffDatabase } from './schema-engine.mjs'
import { withScratchDatabase } from './scratch-database.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const DIALECTS = ['sqlite', 'postgresql']
const BY_HAND = ['mysql']

const [name = ''] = process.argv.slice(2)
if (!/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('usage: npm run new-migration -- NAME   (lower case, words joined by _)')
  process.exit(2)
}

// Both first, so that a schema that cannot be read leaves no migration for one database alone.
const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
const written = await Promise.all(DIALECTS.map(async (dialect) => ({ dialect, text: await migrationFor(dialect) })))
for (const { dialect, text } of written) {
  if (text === '') {
    console.log(`${dialect}: nothing to do`)
    continue
  }
  const folder = join(root, 'prisma', dialect, 'migrations', `${time}_${name}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'migration.sql'), text)
  console.log(`${dialect}: ${relative(root, folder)}/migration.sql`)
}

if (written.some(({ text }) => text !== '')) {
  for (const dialect of BY_HAND)
    console.log(`${dialect}: write prisma/${dialect}/migrations/${time}_${name}/migration.sql by hand`)
}

async function migrationFor(dialect) {
  const folder = join(root, 'prisma', dialect)
  const schema = readFileSync(join(folder, 'schema.prisma'), 'utf8')
  const diff = await withScratchDatabase(dialect, existing(join(folder, 'migrations')), (url) =>
    diffDatabase(url, dialect, schema),
  )
  return diff === '' ? '' : tidy(dialect === 'postgresql' ? qualify(diff) : diff)
}

/** The migrations so far, oldest first. */
function existing(folder) {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.map((entry) => entry.name).sort()
  return names.map((each) => readFileSync(join(folder, each, 'migration.sql'), 'utf8'))
}

/** Names the schema in front of each table, index, sequence and type. The name of an index that is made takes none. */
function qualify(sql) {
  return sql
    .replace(/\b((?:CREATE|ALTER|DROP) (?:TABLE|SEQUENCE|TYPE)|(?:ALTER|DROP) INDEX|REFERENCES) "/g, '$1 "spenddown"."')
    .replace(/^(CREATE (?:UNIQUE )?INDEX "[^"]+" ON) "/gm, '$1 "spenddown"."')
}

/** The runner knows comments that have lines of their own: blocks become such lines, Prisma's headings go. */
function tidy(sql) {
  const lines = sql
    .replace(/\/\*([\s\S]*?)\*\//g, (_, block) =>
      block
        .trim()
        .split('\n')
        .map((line) => `-- ${line.trim()}`)
        .join('\n'),
    )
    .replace(/^-- (Create|Alter|Drop|Add|Rename|Redefine)\w+\n/gm, '')
  return `${lines.replace(/\n{3,}/g, '\n\n').trim()}\n`
}

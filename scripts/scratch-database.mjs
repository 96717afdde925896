// An empty database for a moment: a SQLite file in a temporary folder, a PostgreSQL database with a random name.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'

const SERVER = process.env.SPENDDOWN_TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'

/** Runs the scripts on an empty database, gives its URL to `work`, and removes it. */
export async function withScratchDatabase(dialect, scripts, work) {
  const { url, run, remove } = dialect === 'sqlite' ? sqliteScratch() : await postgresqlScratch()
  try {
    await run(scripts)
    return await work(url)
  } finally {
    await remove()
  }
}

function sqliteScratch() {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-migration-'))
  const file = join(folder, 'scratch.db')
  const run = async (scripts) => {
    const db = new Database(file)
    for (const script of scripts) db.exec(script)
    db.close()
  }
  return { url: `file:${file}`, run, remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

async function postgresqlScratch() {
  const name = `spenddown_scratch_${randomBytes(6).toString('hex')}`
  const url = new URL(SERVER)
  url.pathname = `/${name}`
  await onServer(SERVER, [`CREATE DATABASE ${name} TEMPLATE template0`])
  const run = (scripts) => onServer(url.href, ['CREATE SCHEMA "spenddown"', ...scripts])
  return { url: url.href, run, remove: () => onServer(SERVER, [`DROP DATABASE ${name} WITH (FORCE)`]) }
}

async function onServer(connectionString, statements) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Dialect } from '../sql.ts'

export interface Migration {
  /** Sorts by time: "20261121000000_init". */
  readonly name: string
  readonly checksum: string
  readonly statements: readonly string[]
}

/** The migrations that this version ships, oldest first. The folder stands beside dist/, as it does beside src/. */
export function readMigrations(dialect: Dialect): Migration[] {
  const folder = new URL(`../../../prisma/${dialect}/migrations/`, import.meta.url)
  const names = readdirSync(fileURLToPath(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  return names.map((name) => {
    const text = readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8')
    return { name, checksum: createHash('sha256').update(text).digest('hex'), statements: statementsOf(text) }
  })
}

/** Statements end with a semicolon at the end of a line; comments are lines of their own. Our migrations keep to that. */
function statementsOf(text: string): string[] {
  const code = text.replace(/^--.*$/gm, '')
  return code
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

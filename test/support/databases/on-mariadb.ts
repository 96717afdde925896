import { afterEach, beforeEach, describe } from 'vitest'
import type { Connection } from '../../../src/store/client.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { raw } from '../../../src/store/sql.ts'
import { databases, openDatabase, type TestDatabase } from './databases.ts'

/** What a test of MariaDB has: a database of its own, brought up to date. */
export interface OnMariaDb {
  readonly database: TestDatabase
  readonly connection: Connection
  rows(statement: string): Promise<Record<string, unknown>[]>
  run(...statements: string[]): Promise<void>
}

/** A suite for what MySQL and MariaDB do otherwise than the others. */
export function onMariaDb(name: string, suite: (on: OnMariaDb) => void): void {
  describe.skipIf(!databases.includes('mysql'))(name, () => {
    let database: TestDatabase

    beforeEach(async () => {
      database = await openDatabase('mysql')
      await migrate(database.connection)
    })
    afterEach(() => database.drop())

    suite({
      get database() {
        return database
      },
      get connection() {
        return database.connection
      },
      rows: (statement) => database.connection.client.$queryRaw(raw(statement)),
      async run(...statements) {
        for (const statement of statements) await database.connection.client.$executeRaw(raw(statement))
      },
    })
  })
}

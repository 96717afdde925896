import { afterEach } from 'vitest'
import type { VendorOptions } from '../../../src/simulator/vendor.ts'
import type { Dialect } from '../../../src/store/sql.ts'
import { onEachDatabase, onEachDatabaseInTheLongForm } from '../../support/databases.ts'
import { endAll } from './cli.ts'
import { type Office, openOffice } from './office.ts'

export type Open = (people?: number, behaviour?: VendorOptions) => Promise<Office>

/** Opens offices that are closed after each test. */
export function offices(dialect: Dialect): Open {
  const open: Office[] = []
  afterEach(async () => {
    endAll()
    await Promise.all(open.splice(0).map((office) => office.close()))
  })
  return async (people, behaviour) => {
    const office = await openOffice(dialect, people, behaviour)
    open.push(office)
    return office
  }
}

export function inEachOffice(suite: (open: Open, dialect: Dialect) => void): void {
  onEachDatabase((dialect) => suite(offices(dialect), dialect))
}

/** The same with `npm run test:crash`; in `npm test` on PostgreSQL alone, since these start many processes. */
export function inEachOfficeInTheLongForm(suite: (open: Open, dialect: Dialect) => void): void {
  onEachDatabaseInTheLongForm('postgresql', (dialect) => suite(offices(dialect), dialect))
}

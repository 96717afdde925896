import { afterEach } from 'vitest'
import type { VendorOptions } from '../../../src/simulator/vendor.ts'
import type { Dialect } from '../../../src/store/sql.ts'
import { onEachDatabaseInTheLongForm } from '../../support/databases/databases.ts'
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

/** On both databases with `npm run test:crash`; in `npm test` on one, since these start many processes. */
export function inEachOffice(short: Dialect, suite: (open: Open, dialect: Dialect) => void): void {
  onEachDatabaseInTheLongForm(short, (dialect) => suite(offices(dialect), dialect))
}

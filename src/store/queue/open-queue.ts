import { ownDialect } from '../dialect/dialect-of.ts'
import { installCommand, isPackageMissing } from '../optional-packages.ts'
import type { Dialect } from '../sql.ts'
import type { AccountQueue } from './account-queue.ts'
import { LocalQueue } from './local-queue.ts'

interface Parts {
  readonly url: string
  readonly dialect: Dialect
  readonly name: string
  readonly onError: (error: unknown) => void
  /** Called where the accounts are this process's alone, with the reason. */
  readonly onAlone: (why: string) => void
}

/** The queue in the database, where it can have one. Throws DatabaseUnavailableError, DATABASE_DENIED. */
export async function openQueue({ url, dialect, name, onError, onAlone }: Parts): Promise<AccountQueue> {
  if (!ownDialect(dialect).hasQueue) {
    onAlone('machines share the accounts over PostgreSQL alone')
    return new LocalQueue()
  }
  try {
    const { openBossQueue } = await import('./boss-queue.ts')
    return await openBossQueue({ url, name, onError })
  } catch (error) {
    if (!isPackageMissing(error)) throw error
    onAlone(`the package pg-boss is not installed: \`${installCommand('pg-boss')}\``)
    return new LocalQueue()
  }
}

import { driverError } from '../../database-error.ts'
import { errorCodes } from '../../dialect/dialect-of.ts'
import { type Db, raw } from '../../sql.ts'
import { refusalOf } from './refusal.ts'

const NAME = 'spenddown_update'

/**
 * Does `work` inside a savepoint. If the database refuses the values, undoes what `work` did, and only that, and
 * answers the refusal; any other error goes on to the caller, whose transaction is lost. A savepoint that was not
 * needed ends with the transaction: to release it would be one more statement for each batch.
 */
export async function attempt<T>(
  db: Db,
  work: () => Promise<T>,
): Promise<{ readonly done: T } | { readonly refusal: string }> {
  await db.$executeRaw(raw(`SAVEPOINT ${NAME}`))
  try {
    return { done: await work() }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    await undo(db, error)
    return { refusal }
  }
}

/** The same, undone as well where the result is not wanted: null. A refusal is null too. */
export async function attemptUnless<T>(
  db: Db,
  work: () => Promise<T>,
  unwanted: (result: T) => boolean,
): Promise<T | null> {
  const result = await attempt(db, work)
  if ('refusal' in result) return null
  if (!unwanted(result.done)) return result.done
  await undo(db)
  return null
}

async function undo(db: Db, error?: unknown): Promise<void> {
  try {
    await db.$executeRaw(raw(`ROLLBACK TO SAVEPOINT ${NAME}`))
    await db.$executeRaw(raw(`RELEASE SAVEPOINT ${NAME}`))
  } catch (failure) {
    const said = driverError(failure)
    const gone = said !== null && errorCodes.isSavepointGone(said)
    // The whole transaction was undone, savepoint and all: the error that did it is what counts.
    throw gone ? (error ?? failure) : failure
  }
}

import { driverError } from '../../database-error.ts'
import { errorCodes } from '../../dialect/dialect-of.ts'
import { type Db, raw } from '../../sql.ts'

const NAME = 'spenddown_update'
/** Characters of a refusal. */
const LONGEST = 300

/**
 * Does `work` inside a savepoint. If the database refuses the values, or `work` answers a reason, undoes only that work
 * and answers the reason; other errors go to the caller, whose transaction is lost. The savepoint is released with the
 * transaction, which saves a statement for each batch. `name`: of one within another, since MySQL forgets the first of two
 * with one name.
 */
export async function attempt(db: Db, work: () => Promise<string | null>, name = NAME): Promise<string | null> {
  await db.$executeRaw(raw(`SAVEPOINT ${name}`))
  try {
    const unwanted = await work()
    if (unwanted !== null) await undo(db, name)
    return unwanted
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    await undo(db, name, error)
    return refusal
  }
}

async function undo(db: Db, name: string, error?: unknown): Promise<void> {
  try {
    await db.$executeRaw(raw(`ROLLBACK TO SAVEPOINT ${name}`))
    await db.$executeRaw(raw(`RELEASE SAVEPOINT ${name}`))
  } catch (failure) {
    const said = driverError(failure)
    const gone = said !== null && errorCodes.isSavepointGone(said)
    // The whole transaction was undone, savepoint and all: the error that did it is what counts.
    throw gone && error !== undefined ? error : failure
  }
}

/** Why the database rejects a record's values, without the values; null: the error has another cause. */
export function refusalOf(error: unknown): string | null {
  const said = driverError(error)
  if (said === null) return null
  const message = errorCodes.refusalOf(said)
  return message !== null && message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message
}

import { type Changes, NO_CHANGES, readChanges } from '../domain/changes.ts'
import type { Credits } from '../domain/credits.ts'
import { LedgerError } from '../domain/errors.ts'
import type { CheckpointInput } from '../refresh/ports/store.ts'
import type { Transaction } from './client.ts'
import { sql } from './sql.ts'
import type { OwnTables } from './tables.ts'

/** A run's credits and counters as the database has them, and what other runs hold of the same account. */
export interface Books {
  readonly checkpoint: number
  readonly cursor: number
  readonly lastCall: number
  readonly twins: number
  readonly budget: Credits
  readonly reserve: Credits
  readonly spent: Credits
  readonly held: Credits
  readonly heldElsewhere: Credits
  readonly changes: Changes
}

type Sum = Exclude<keyof Books, 'changes'>

export async function readBooks(tx: Transaction, own: OwnTables, input: CheckpointInput): Promise<Books> {
  const [row] = await tx.$queryRaw<(Record<Sum, bigint> & { changes: string | null })[]>(sql`
    SELECT checkpoint, cursor, last_call AS "lastCall", twins, budget, reserve, spent, held, changes,
      (SELECT CAST(coalesce(sum(o.held), 0) AS BIGINT) FROM ${own.run} AS o
        WHERE o.vendor = ${input.lease.vendor} AND o.no <> ${input.runNo}) AS "heldElsewhere"
    FROM ${own.run} WHERE no = ${input.runNo}`)
  if (row === undefined) throw new LedgerError('the run is not in the database')
  const number = (field: Sum) => Number(row[field])
  return {
    checkpoint: number('checkpoint'),
    cursor: number('cursor'),
    lastCall: number('lastCall'),
    twins: number('twins'),
    budget: number('budget') as Credits,
    reserve: number('reserve') as Credits,
    spent: number('spent') as Credits,
    held: number('held') as Credits,
    heldElsewhere: number('heldElsewhere') as Credits,
    changes: readChanges(row.changes) ?? NO_CHANGES,
  }
}

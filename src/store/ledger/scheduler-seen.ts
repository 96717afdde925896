import type { Client, Connection } from '../client.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import { addAccountSql } from './leases.ts'

/** When `schedule` or `tick` was last there, and after how long it comes again; null: it never was. Milliseconds. */
export interface SchedulerSeen {
  readonly seenAt: number | null
  readonly everyMs: number | null
}

export async function readScheduler(client: Pick<Client, 'account'>, vendor: string): Promise<SchedulerSeen> {
  const select = { schedulerSeenAt: true, schedulerEveryMs: true }
  const row = await client.account.findUnique({ where: { vendor }, select })
  const number = (value: bigint | null | undefined) => (value == null ? null : Number(value))
  return { seenAt: number(row?.schedulerSeenAt), everyMs: number(row?.schedulerEveryMs) }
}

/** Needs no lease: nothing is decided by it. */
export async function noteScheduler({ client, dialect }: Connection, vendor: string, at: number, everyMs: number) {
  await client.$executeRaw(addAccountSql(ownDialect(dialect), vendor))
  const data = { schedulerSeenAt: Math.round(at), schedulerEveryMs: Math.round(everyMs) }
  await client.account.updateMany({ where: { vendor }, data })
}

import { LeaseLostError } from '../../domain/errors.ts'
import type { Lease, LeaseHolder, LeaseState } from '../../refresh/ports/lease.ts'
import type { Client, Connection, Transaction } from '../client.ts'
import { sql } from '../sql.ts'
import { type OwnTables, ownTables } from '../tables.ts'

export async function readLease(client: Pick<Client, 'account'>, vendor: string): Promise<LeaseState | null> {
  const row = await client.account.findUnique({ where: { vendor } })
  if (row === null || row.holder === null) return null
  return {
    holder: row.holder,
    machine: row.machine ?? '',
    pid: row.pid ?? 0,
    processStartedAt: row.processStartedAt ?? '',
    expiresAt: Number(row.leaseExpiresAt),
    token: Number(row.leaseToken),
  }
}

/**
 * Takes the lease if nobody has taken or renewed it since it was seen; the token grows by one. Asked again, because the
 * answer was lost, it answers the same. Runs that are still `running` then have no process any more: that is noted in the
 * same transaction, and stays known until they are taken up, whoever holds the lease in between.
 */
export async function takeLease(
  connection: Connection,
  vendor: string,
  me: LeaseHolder,
  seen: LeaseState | null,
  { now, expiresAt }: { readonly now: number; readonly expiresAt: number },
): Promise<Lease | null> {
  const own = ownTables(connection.dialect)
  return connection.transaction(async (tx) => {
    await tx.$executeRaw(sql`INSERT INTO ${own.account} (vendor) VALUES (${vendor}) ON CONFLICT DO NOTHING`)
    await tx.account.updateMany({
      where: {
        vendor,
        ...(seen === null
          ? { holder: null }
          : { leaseToken: BigInt(seen.token), leaseExpiresAt: BigInt(seen.expiresAt) }),
      },
      data: {
        leaseToken: { increment: 1 },
        holder: me.holder,
        machine: me.machine,
        pid: me.pid,
        processStartedAt: me.processStartedAt,
        leaseExpiresAt: BigInt(expiresAt),
      },
    })
    const row = await tx.account.findUniqueOrThrow({ where: { vendor } })
    if (row.holder !== me.holder || Number(row.leaseExpiresAt) !== expiresAt) return null
    await noteAbandoned(tx, own, vendor, { token: row.leaseToken - 1n, now })
    return { vendor, token: Number(row.leaseToken), expiresAt }
  })
}

/** `token`: of the lease before. What was open and did not go out under it was not in flight when its process died. */
async function noteAbandoned(
  tx: Transaction,
  own: OwnTables,
  vendor: string,
  { token, now }: { readonly token: bigint; readonly now: number },
): Promise<void> {
  const abandoned = sql`vendor = ${vendor} AND status = 'running' AND abandoned_at IS NULL`
  await tx.$executeRaw(sql`UPDATE ${own.call} SET crashes = crashes + 1
    WHERE state = 'open' AND lease_token = ${token} AND run_no IN (SELECT no FROM ${own.run} WHERE ${abandoned})`)
  await tx.$executeRaw(sql`UPDATE ${own.run} SET abandoned_at = ${BigInt(now)} WHERE ${abandoned}`)
}

export function renewLease(client: Client, lease: Lease, expiresAt: number): Promise<void> {
  return updateHeld(client, lease, { leaseExpiresAt: BigInt(expiresAt) })
}

export async function releaseLease(client: Client, lease: Lease): Promise<void> {
  await client.account.updateMany({
    where: { vendor: lease.vendor, leaseToken: BigInt(lease.token) },
    data: { holder: null, machine: null, pid: null, processStartedAt: null, leaseExpiresAt: 0n },
  })
}

/** One transaction that only the holder of the lease may commit. */
export function fenced<T>(connection: Connection, lease: Lease, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return connection.transaction(async (tx) => {
    await updateHeld(tx, lease, { leaseToken: BigInt(lease.token) })
    return work(tx)
  })
}

/**
 * Writes to the account's row, and throws where the lease has changed hands. As a transaction's first statement it takes the
 * lock, and is the fence.
 */
export async function updateHeld(client: Accounts, lease: Lease, data: AccountData): Promise<void> {
  const { count } = await client.account.updateMany({
    where: { vendor: lease.vendor, leaseToken: BigInt(lease.token) },
    data,
  })
  if (count === 0) throw leaseLost(lease)
}

type Accounts = Pick<Transaction, 'account'>
type AccountData = Parameters<Accounts['account']['updateMany']>[0]['data']

function leaseLost(lease: Lease): LeaseLostError {
  return new LeaseLostError(
    `another process has taken over the account "${lease.vendor}"; this one commits nothing and sends nothing more`,
  )
}

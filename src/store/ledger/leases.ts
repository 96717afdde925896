import { LeaseLostError } from '../../domain/errors/errors.ts'
import type { Lease, LeaseHolder, LeaseState, LeaseStore } from '../../refresh/ports/lease.ts'
import type { Client, Connection, Transaction } from '../client.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import type { OwnDialect } from '../dialect/own-dialect.ts'
import { isAlive, thisProcess } from '../machine.ts'
import { raw, type Sql, sql } from '../sql.ts'

type Accounts = Pick<Client, 'account'>

export async function readLease(client: Accounts, vendor: string): Promise<LeaseState | null> {
  const row = await client.account.findUnique({ where: { vendor } })
  if (row === null || row.holder === null) return null
  const { holder, machine, pid, processStartedAt } = row
  const place = { holder, machine: machine ?? '', pid: pid ?? 0, processStartedAt: processStartedAt ?? '' }
  return { ...place, expiresAt: Number(row.leaseExpiresAt), token: Number(row.leaseToken) }
}

/** Who holds the account's lease, as a phrase; null: no process that is alive. */
export async function leaseHolder(client: Accounts, vendor: string, now: number): Promise<string | null> {
  return holderOf(await readLease(client, vendor), now)
}

export function holderOf(lease: Omit<LeaseState, 'token'> | null, now: number): string | null {
  if (lease === null || now >= lease.expiresAt) return null
  const here = lease.machine === thisProcess('').machine
  if (here && !isAlive(lease)) return null
  return `process ${lease.pid} on ${lease.machine.split('/')[0]}`
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
  const own = ownDialect(connection.dialect)
  return connection.transaction(async (tx) => {
    await tx.$executeRaw(addAccountSql(own, vendor))
    const asSeen = seen === null ? { holder: null } : { leaseToken: seen.token, leaseExpiresAt: seen.expiresAt }
    await tx.account.updateMany({
      where: { vendor, ...asSeen },
      data: { ...me, leaseToken: { increment: 1 }, leaseExpiresAt: expiresAt },
    })
    const row = await tx.account.findUniqueOrThrow({ where: { vendor } })
    if (row.holder !== me.holder || Number(row.leaseExpiresAt) !== expiresAt) return null
    await noteAbandoned(tx, own, vendor, row.leaseToken - 1n, now)
    return { vendor, token: Number(row.leaseToken), expiresAt }
  })
}

/** Nothing where the account is there. */
export function addAccountSql({ tables, writes }: OwnDialect, vendor: string): Sql {
  const rows = sql`SELECT ${vendor} WHERE true`
  return writes.upsert({ into: tables.account, columns: ['vendor'], rows, key: ['vendor'] })
}

/** `token`: of the previous lease. Open calls sent under an earlier one were not in flight when its process died. */
async function noteAbandoned(tx: Transaction, own: OwnDialect, vendor: string, token: bigint, now: number) {
  const abandoned = sql`vendor = ${vendor} AND status = 'running' AND abandoned_at IS NULL`
  const { tables, writes } = own
  const inFlight = {
    table: tables.call,
    alias: 'c',
    where: sql`c.state = 'open' AND c.lease_token = ${token}`,
    columns: ['run_no'],
    list: sql`SELECT no AS run_no FROM ${tables.run} WHERE ${abandoned}`,
  }
  await tx.$executeRaw(writes.updateListed(inFlight, raw('crashes = crashes + 1')))
  await tx.$executeRaw(sql`UPDATE ${tables.run} SET abandoned_at = ${BigInt(now)} WHERE ${abandoned}`)
}

export async function releaseLease(client: Client, lease: Lease): Promise<void> {
  await client.account.updateMany({
    where: { vendor: lease.vendor, leaseToken: lease.token },
    data: { holder: null, machine: null, pid: null, processStartedAt: null, leaseExpiresAt: 0 },
  })
}

/** The part of a store that manages the lease. */
export function leaseStore(connection: Connection): LeaseStore {
  const { client } = connection
  return {
    readLease: (vendor) => readLease(client, vendor),
    takeLease: (vendor, me, seen, at) => takeLease(connection, vendor, me, seen, at),
    renewLease: (lease, expiresAt) => updateHeld(client, lease, { leaseExpiresAt: expiresAt }),
    releaseLease: (lease) => releaseLease(client, lease),
  }
}

/** One transaction that only the holder of the lease may commit. */
export function fenced<T>(connection: Connection, lease: Lease, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return connection.transaction(async (tx) => {
    await updateHeld(tx, lease, { leaseToken: lease.token })
    return work(tx)
  })
}

/** Throws where the lease has changed hands. As a transaction's first statement it takes the lock, and is the fence. */
export async function updateHeld(client: Accounts, lease: Lease, data: AccountData): Promise<void> {
  const { count } = await client.account.updateMany({
    where: { vendor: lease.vendor, leaseToken: lease.token },
    data,
  })
  if (count > 0) return
  const what = `another process has taken over the account "${lease.vendor}"`
  throw new LeaseLostError(`${what}; this one commits nothing and sends nothing more`)
}

type AccountData = Parameters<Accounts['account']['updateMany']>[0]['data']

import { LeaseLostError } from '../domain/errors.ts'
import type { Lease, LeaseHolder, LeaseState } from '../refresh/ports/lease.ts'
import type { Client, Connection } from './client.ts'
import { sql } from './sql.ts'
import { ownTables } from './tables.ts'

export async function readLease(client: Pick<Client, 'account'>, vendor: string): Promise<LeaseState | null> {
  const row = await client.account.findUnique({ where: { vendor } })
  if (row === null || row.holder === null) return null
  return {
    holder: row.holder,
    machine: row.machine ?? '',
    pid: row.pid ?? 0,
    processStartedAt: row.startedAt ?? '',
    expiresAt: Number(row.expiresAt),
    token: Number(row.token),
  }
}

/** Takes the lease if nobody has taken or renewed it since it was seen; the token grows by one. */
export async function takeLease(
  { client, dialect }: Pick<Connection, 'client' | 'dialect'>,
  vendor: string,
  me: LeaseHolder,
  seen: LeaseState | null,
  expiresAt: number,
): Promise<Lease | null> {
  const { account } = ownTables(dialect)
  await client.$executeRaw(sql`INSERT INTO ${account} (vendor) VALUES (${vendor}) ON CONFLICT DO NOTHING`)
  const { count } = await client.account.updateMany({
    where: {
      vendor,
      ...(seen === null ? { holder: null } : { token: BigInt(seen.token), expiresAt: BigInt(seen.expiresAt) }),
    },
    data: {
      token: { increment: 1 },
      holder: me.holder,
      machine: me.machine,
      pid: me.pid,
      startedAt: me.processStartedAt,
      expiresAt: BigInt(expiresAt),
    },
  })
  if (count === 0) return null
  const row = await client.account.findUniqueOrThrow({ where: { vendor } })
  return row.holder === me.holder ? { vendor, token: Number(row.token), expiresAt } : null
}

export async function renewLease(client: Client, lease: Lease, expiresAt: number): Promise<void> {
  const { count } = await client.account.updateMany({
    where: { vendor: lease.vendor, token: BigInt(lease.token) },
    data: { expiresAt: BigInt(expiresAt) },
  })
  if (count === 0) throw leaseLost(lease)
}

export async function releaseLease(client: Client, lease: Lease): Promise<void> {
  await client.account.updateMany({
    where: { vendor: lease.vendor, token: BigInt(lease.token) },
    data: { holder: null, machine: null, pid: null, startedAt: null, expiresAt: 0n },
  })
}

export function leaseLost(lease: Lease): LeaseLostError {
  return new LeaseLostError(
    `another process has taken over the account "${lease.vendor}"; this one commits nothing and sends nothing more`,
  )
}

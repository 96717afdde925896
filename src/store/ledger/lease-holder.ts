import type { Client } from '../client.ts'
import { isAlive, thisProcess } from '../machine.ts'
import { readLease } from './leases.ts'

/** Who holds the right to spend from the account just now, in words; null: nobody, or a process that is gone. */
export async function leaseHolder(
  client: Pick<Client, 'account'>,
  vendor: string,
  now: number,
): Promise<string | null> {
  const lease = await readLease(client, vendor)
  if (lease === null || now >= lease.expiresAt) return null
  const here = lease.machine === thisProcess('').machine
  if (here && !isAlive(lease)) return null
  return `process ${lease.pid} on ${lease.machine.split('/')[0]}`
}

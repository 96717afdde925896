import { Decimal } from '@prisma/client-runtime-utils'
import type { Connection } from './client.ts'

/** Rows of a statement of the user's, as plain objects; its whole and decimal numbers as numbers where they fit. */
export async function userQuery(
  { client }: Connection,
  statement: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const rows = await client.$queryRawUnsafe<Record<string, unknown>[]>(statement, ...values)
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])))
}

/** A number that is too large for one stays exact, as text. */
function plainValue(value: unknown): unknown {
  if (typeof value !== 'bigint' && !Decimal.isDecimal(value)) return value
  const text = String(value)
  return String(Number(text)) === text ? Number(text) : text
}

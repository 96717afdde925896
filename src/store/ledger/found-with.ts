import type { Transaction } from '../client.ts'

/** So many configs of one vendor are remembered. */
const MOST = 10

/** Fingerprints of configs, from the column; the latest last. */
export function foundWith(column: string | null): readonly string[] {
  return column === null ? [] : (JSON.parse(column) as string[])
}

export async function noteFound(tx: Pick<Transaction, 'account'>, vendor: string, config: string): Promise<void> {
  const row = await tx.account.findUniqueOrThrow({ where: { vendor }, select: { foundWith: true } })
  const others = foundWith(row.foundWith).filter((other) => other !== config)
  const data = { foundWith: JSON.stringify([...others, config].slice(-MOST)) }
  await tx.account.update({ where: { vendor }, data })
}

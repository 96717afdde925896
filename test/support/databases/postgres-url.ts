/** The server that tests make their databases on; its own database is only connected to, never written. */
export const POSTGRES_URL = process.env.SPENDDOWN_TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'

/** The same, without what may be secret in it: for messages. */
export function postgresServer(): string {
  const { hostname, port } = new URL(POSTGRES_URL)
  return `${hostname}:${port || '5432'}`
}

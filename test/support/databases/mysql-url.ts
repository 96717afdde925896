import * as mariadb from 'mariadb'

/** The MySQL or MariaDB server that tests make their databases on; its own database is only connected to, never written. */
export const MYSQL_URL = process.env.SPENDDOWN_TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/mysql'

/** The same, without what may be secret in it: for messages. */
export function mysqlServer(): string {
  const { hostname, port } = new URL(MYSQL_URL)
  return `${hostname}:${port || '3306'}`
}

/** The URL of another database of the server. */
export function mysqlUrl(database: string): string {
  const url = new URL(MYSQL_URL)
  url.pathname = `/${database}`
  return url.href
}

/** Runs statements as the server's own sessions do: without what spenddown sets for its own. */
export function onMysql(statements: readonly string[], url = MYSQL_URL): Promise<void> {
  return withMysql(async (connection) => {
    for (const statement of statements) await connection.query(statement)
  }, url)
}

export async function withMysql<T>(work: (connection: mariadb.Connection) => Promise<T>, url = MYSQL_URL): Promise<T> {
  const connection = await mariadb.createConnection(url.replace(/^mysql:/, 'mariadb:'))
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}

export async function whyMysqlIsMissing(): Promise<string | null> {
  try {
    await onMysql(['SELECT 1'])
    return null
  } catch (error) {
    return `no MySQL or MariaDB answers at ${mysqlServer()} (${error}); SPENDDOWN_TEST_MYSQL_URL names another`
  }
}

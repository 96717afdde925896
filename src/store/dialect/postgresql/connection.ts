import type { Client } from '../own-dialect.ts'

/**
 * Settings of a session, whatever the server's defaults: a commit waits until it is on disk, since what it
 * holds was paid for; instants as text are in UTC; a transaction sees
 * what others committed while it waited for a lock; a lock is not waited for without end; and a process that was
 * paused in the middle of a transaction does not keep its locks from whoever takes over.
 */
const SESSION = [
  '-c synchronous_commit=on',
  '-c timezone=UTC',
  '-c default_transaction_isolation=read\\ committed',
  '-c lock_timeout=30s',
  '-c idle_in_transaction_session_timeout=15s',
].join(' ')

export async function openPostgresql(url: string): Promise<Client> {
  const [{ PrismaClient }, { PrismaPg }] = await Promise.all([
    import('../../../generated/postgresql/client.ts'),
    import('@prisma/adapter-pg'),
  ])
  /**
   * The adapter listens to a connection in a transaction, the pool to one at rest. One that breaks while it goes back from
   * the first to the second is listened to by nobody, and an error event that nobody hears ends the process.
   */
  class HeardPrismaPg extends PrismaPg {
    override async connect() {
      const adapter = await super.connect()
      adapter.underlyingDriver().on('connect', (connection) => connection.on('error', () => {}))
      return adapter
    }
  }
  const adapter = new HeardPrismaPg(
    {
      connectionString: url,
      application_name: 'spenddown',
      max: 4,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      options: SESSION,
    },
    // A lost idle connection shows at the next statement; without a listener it would end the process.
    { schema: 'spenddown', onPoolError: () => {}, onConnectionError: () => {} },
  )
  return new PrismaClient({ adapter }) as unknown as Client
}

// The entry of the thread that talks to the database, for runs or for an import; it works on import.
import { systemClock } from '../../domain/time/clock.ts'
import { type Connection, connect, ping } from '../client.ts'
import { asDatabaseError } from '../database-error.ts'
import { importStore } from '../import/import-store.ts'
import { migrate } from '../migrations/migrate.ts'
import { prismaStore } from '../prisma-store.ts'
import type { Dialect } from '../sql.ts'
import { describeTable } from '../user-table/describe/describe-table.ts'
import type { DatabaseThread } from './database-thread.ts'
import { type Borrowed, borrow } from './shared-connection.ts'
import { serve } from './thread.ts'

/** The only user of a thread has a connection of its own, and knows by itself what may stand beside what. */
const ALONE = 0

const sessions = new Map<number, object>()

serve((session) => {
  const known = sessions.get(session)
  if (known !== undefined) return known
  const opened =
    session === ALONE ? sessionOf(connectAlone, () => {}) : sessionOf(borrow, () => sessions.delete(session))
  sessions.set(session, opened)
  return opened
})

async function connectAlone(url: string, dialect: Dialect): Promise<Borrowed> {
  const connection = await connect(url, dialect)
  await ping(connection)
  return { connection, inTurn: (work) => work() }
}

type Open = (url: string, dialect: Dialect, most?: number) => Promise<Borrowed>
interface Store {
  close(): Promise<void>
}

/** What a session asks of its database; once it is closed, it can open another. `ended`: called then. */
function sessionOf(open: Open, ended: () => void): object {
  let borrowed: Borrowed | null = null
  let opening: { readonly url: string; readonly done: Promise<void> } | null = null
  const forget = () => {
    borrowed = opening = null
    ended()
  }
  const inTurn = <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    if (borrowed === null) throw new Error('the database is not open yet')
    const { connection } = borrowed
    // Classified here: between threads an error loses what its driver has said.
    return borrowed
      .inTurn(() => work(connection))
      .catch((error: unknown) => {
        throw asDatabaseError(error)
      })
  }
  const become = <S extends Store>(storeOf: (connection: Connection) => S) =>
    inTurn(async (connection) => {
      const store = storeOf(connection)
      const close = () => {
        forget()
        return store.close()
      }
      Object.assign(
        session,
        turnsOf(store, (work) => inTurn(work)),
        { close },
      )
    })
  const session: DatabaseThread = {
    open: (url, dialect, most) => {
      const done = async () => {
        borrowed = await open(url, dialect, most)
      }
      opening ??= { url, done: done() }
      if (opening.url !== url) throw new Error('the thread has opened another database')
      return opening.done
    },
    describe: (wanted) => inTurn(({ client, dialect }) => describeTable(client, dialect, wanted)),
    migrate: () => inTurn(migrate),
    useTable: (table) => become((connection) => prismaStore(connection, table)),
    useTarget: (target) => become((connection) => importStore(connection, target, systemClock)),
    close: async () => {
      const connection = borrowed?.connection
      forget()
      await connection?.close()
    },
  }
  return session
}

/** The store, whose methods wait for their turn. */
function turnsOf<S extends object>(store: S, inTurn: <T>(work: () => Promise<T>) => Promise<T>): object {
  const methods = Object.entries(store) as [string, (...args: unknown[]) => Promise<unknown>][]
  return Object.fromEntries(
    methods.map(([name, method]) => [name, (...args: unknown[]) => inTurn(() => method(...args))]),
  )
}

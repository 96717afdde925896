import { answering, type Connection, connect } from '../client.ts'
import type { Dialect } from '../sql.ts'

/** A connection that several sessions of the thread use; the last one closes it. */
interface Shared {
  readonly connection: Promise<Connection>
  users: number
  /** Ends when the last session that waits for its turn has had it. */
  turn: Promise<unknown>
}

/** A session's part of a connection. */
export interface Borrowed {
  readonly connection: Connection
  /** Runs what a session asks; where the connection serves one at a time, after what others have asked before. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
}

const open = new Map<string, Shared>()

/** Opens the database, or shares the connection that another session has opened. */
export async function borrow(url: string, dialect: Dialect, most?: number): Promise<Borrowed> {
  const shared = open.get(url) ?? {
    connection: answering(() => connect(url, dialect, most)),
    users: 0,
    turn: Promise.resolve(),
  }
  open.set(url, shared)
  shared.users += 1
  const close = async () => {
    shared.users -= 1
    if (shared.users > 0) return
    if (open.get(url) === shared) open.delete(url)
    await shared.connection.then((connection) => connection.close())
  }
  try {
    const connection = { ...(await shared.connection), close }
    return { connection, inTurn: (work) => inTurn(shared, connection, work) }
  } catch (error) {
    // The next that asks tries again.
    if (open.get(url) === shared) open.delete(url)
    throw error
  }
}

/** Statements beside a transaction of the same connection would be part of it. */
function inTurn<T>(shared: Shared, { blocksThread }: Connection, work: () => Promise<T>): Promise<T> {
  if (!blocksThread) return work()
  const mine = shared.turn.then(work, work)
  shared.turn = mine.catch(() => undefined)
  return mine
}

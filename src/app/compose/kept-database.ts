import type { DatabaseConfig } from '../../config/config.ts'
import { DatabaseUnavailableError } from '../../domain/errors.ts'
import type { Connection } from '../../store/client.ts'
import { openDatabase, orNothing } from './with-database.ts'

/** A connection that is opened on first use and kept; if that fails, the next use tries again. */
export class KeptDatabase {
  readonly #config: DatabaseConfig
  #opening: Promise<Connection> | null = null
  #closed = false

  constructor(config: DatabaseConfig) {
    this.#config = config
  }

  /** `nothing`: the result if spenddown's tables are missing. Throws DatabaseUnavailableError, InputError and DATABASE_OLDER. */
  async read<T>(work: (connection: Connection) => Promise<T>, nothing: T): Promise<T> {
    const connection = await this.#connection()
    return orNothing(
      () => work(connection),
      () => nothing,
    )
  }

  async close(): Promise<void> {
    this.#closed = true
    const connection = await this.#opening?.catch(() => null)
    await connection?.close()
  }

  #connection(): Promise<Connection> {
    if (this.#closed) throw new DatabaseUnavailableError('the dashboard is being closed')
    if (this.#opening === null) {
      this.#opening = openDatabase(this.#config)
      this.#opening.catch(() => {
        this.#opening = null
      })
    }
    return this.#opening
  }
}

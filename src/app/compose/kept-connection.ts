import { DatabaseUnavailableError } from '../../domain/errors/errors.ts'
import type { Connection } from '../../store/client.ts'

/** A connection that is opened on first use and kept; if that fails, the next use tries again. */
export function keptConnection(open: () => Promise<Connection>) {
  let opening: Promise<Connection> | null = null
  let closed = false
  return {
    connection: async (): Promise<Connection> => {
      if (closed) throw new DatabaseUnavailableError('the connection is being closed')
      opening ??= open().catch((error: unknown) => {
        opening = null
        throw error
      })
      return opening
    },
    close: async () => {
      closed = true
      const connection = await opening?.catch(() => null)
      await connection?.close()
    },
  }
}

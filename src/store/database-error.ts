import { DatabaseUnavailableError, SpenddownError } from '../domain/errors/errors.ts'
import { errorCodes } from './dialect/dialect-of.ts'
import type { DriverError } from './dialect/own-dialect.ts'

/** Digs the driver's own error out of Prisma's; null if the error is not the database's. */
export function driverError(error: unknown): DriverError | null {
  if (!isObject(error)) return null
  const meta = isObject(error.meta) ? error.meta.driverAdapterError : undefined
  const cause = isObject(meta) ? meta.cause : isObject(error.cause) ? error.cause : undefined
  if (isObject(cause) && (typeof cause.kind === 'string' || typeof cause.originalCode === 'string')) {
    return {
      code: String(cause.originalCode ?? error.code ?? ''),
      kind: String(cause.kind ?? ''),
      message: String(cause.originalMessage ?? cause.message ?? error.message),
    }
  }
  const prisma = typeof error.name === 'string' && error.name.startsWith('PrismaClient')
  return prisma ? { code: String(error.code ?? ''), kind: String(error.name), message: String(error.message) } : null
}

/** The database answers, and a table is not there: spenddown's own, where it has not been there yet. */
export function isTableMissing(error: unknown): boolean {
  const said = driverError(error)
  if (said === null) return false
  return said.code === 'P2021' || said.kind === 'TableDoesNotExist' || errorCodes.isHistoryMissing(said.code)
}

/** A table of spenddown's own lacks a column: models are of those alone. */
function isColumnMissing(error: unknown): boolean {
  return isObject(error) && error.code === 'P2022' && isObject(error.meta) && typeof error.meta.modelName === 'string'
}

const OLDER =
  "spenddown's tables are of an older version: `spenddown migrate` brings them up to date, as the next `run` does"

const SAID = 'Message: `'

/** The driver's message, without what Prisma adds to it. */
function plainWords(message: string): string {
  const said = message.trimEnd()
  const at = said.endsWith('`') ? said.indexOf(SAID) : -1
  const inner = at < 0 ? null : said.slice(at + SAID.length, -1)
  return (inner ?? message.replace(/^\s*Invalid `[^`]*` invocation[^\n]*\n/, '')).trim()
}

/** Transient codes, of Prisma and of the system. */
const PASSING = [
  /^P(1001|1002|1008|1011|1017|2024|2028|2034|2037)$/,
  /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)$/,
]
const PASSING_KINDS = new Set([
  'SocketTimeout',
  'DatabaseNotReachable',
  'ConnectionClosed',
  'TooManyConnections',
  'TransactionWriteConflict',
  'TlsConnectionError',
  'PrismaClientInitializationError',
])

/**
 * The error as DatabaseUnavailableError if waiting may help, as DATABASE_OLDER or DATABASE_DENIED, or else unchanged. A
 * driver that has lost its connection throws plain errors without a code.
 */
export function asDatabaseError(error: unknown): unknown {
  const said = driverError(error)
  if (isColumnMissing(error)) return new SpenddownError('DATABASE_OLDER', OLDER, { cause: error })
  if (said !== null && errorCodes.isDenied(said.code)) {
    const denied = `the database does not let this user: ${plainWords(said.message)}`
    const message = `${denied}. \`spenddown doctor\` lists the rights that are missing`
    return new SpenddownError('DATABASE_DENIED', message, { cause: error })
  }
  const passes = said === null ? isPlainError(error) : isPassing(said)
  if (!passes) return error
  const message = said?.message ?? (error as Error).message
  return new DatabaseUnavailableError(`the database is not available: ${plainWords(message)}`, { cause: error })
}

/** The same store, its errors classified by `asDatabaseError`. */
export function withDatabaseErrors<T extends object>(store: T): T {
  const wrapped = Object.entries(store).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method(...args)
      } catch (error) {
        throw asDatabaseError(error)
      }
    },
  ])
  return Object.fromEntries(wrapped) as T
}

function isPassing({ code, kind, message }: DriverError): boolean {
  if (PASSING_KINDS.has(kind) || isPassingCode(code)) return true
  return code === '' && /not queryable|connection/i.test(message)
}

function isPassingCode(code: string): boolean {
  return PASSING.some((pattern) => pattern.test(code)) || errorCodes.isPassing(code)
}

/** A driver's or the system's own error: not one of ours, and not a mistake in the code. */
function isPlainError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof SpenddownError) return false
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) return false
  const code = (error as { code?: unknown }).code
  return typeof code !== 'string' || isPassingCode(code)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlQueryable,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils'
import type { Pool } from 'mariadb'
import { PREFIX } from './errors.ts'
import type { ReadyPool } from './ready-pool.ts'

/**
 * Prisma's adapter, with what its answers lack. Errors have codes that no other database uses. What is no number of
 * spenddown's own is one: MySQL's sums and quotients are DECIMALs. JSON is text. And what has no parameters goes as text:
 * MySQL cannot prepare SAVEPOINT.
 */
export class NumberedMariaDb extends PrismaMariaDb {
  readonly #check: () => Promise<void>
  readonly #database: string

  /** `check` comes before anything else is asked of the server, until it has succeeded once. */
  constructor(pool: ReadyPool, database: string, check: () => Promise<void>) {
    super(pool as Pool, { database, disposeExternalPool: true })
    this.#check = check
    this.#database = database
  }

  override async connect(): ReturnType<PrismaMariaDb['connect']> {
    await this.#check()
    const adapter = await super.connect()
    const plain = { database: this.#database, useTextProtocol: true }
    return withPlainAnswers(adapter as unknown as Adapter, plain) as unknown as typeof adapter
  }
}

/** Prisma's own has its options, by which it decides how to ask. */
type Adapter = SqlDriverAdapter & { mariadbOptions?: object }

function withPlainAnswers(adapter: Adapter, asText: object): SqlDriverAdapter {
  const begin = adapter.startTransaction.bind(adapter)
  const startTransaction: SqlDriverAdapter['startTransaction'] = async (level) => {
    const transaction = await known(() => begin(level))
    return Object.assign(transaction, plainly(transaction, asText), {
      commit: bound(transaction, 'commit'),
      rollback: bound(transaction, 'rollback'),
    })
  }
  return Object.assign(adapter, plainly(adapter, asText), { startTransaction })
}

function bound(transaction: Transaction, name: 'commit' | 'rollback') {
  const method = transaction[name].bind(transaction)
  return () => known(method)
}

type Queries = Pick<SqlQueryable, 'queryRaw' | 'executeRaw'>

function plainly(queryable: SqlQueryable & { mariadbOptions?: object }, asText: object): Queries {
  const inText = Object.assign(Object.create(queryable) as SqlQueryable, { mariadbOptions: asText })
  const [query, execute] = [queryable.queryRaw, queryable.executeRaw]
  const by = (args: readonly unknown[]) => (args.length === 0 ? inText : queryable)
  return {
    queryRaw: async (asked) => plainResult(await known(() => query.call(by(asked.args), asked))),
    executeRaw: (asked) => known(() => execute.call(by(asked.args), asked)),
  }
}

/** DECIMALs as whole numbers where all are, otherwise as floating-point numbers; JSON as text. */
function plainResult(result: SqlResultSet): SqlResultSet {
  const { columnTypes, rows } = result
  if (!columnTypes.some((type) => type === ColumnTypeEnum.Numeric || type === ColumnTypeEnum.Json)) return result
  const types = columnTypes.map((type, at) => {
    if (type === ColumnTypeEnum.Json) return ColumnTypeEnum.Text
    if (type !== ColumnTypeEnum.Numeric) return type
    const isWhole = rows.every((row) => row[at] === null || /^-?\d+$/.test(String(row[at])))
    return isWhole ? ColumnTypeEnum.Int64 : ColumnTypeEnum.Double
  })
  const plainRows = rows.map((row) =>
    row.map((value, at) => {
      if (value === null || columnTypes[at] !== ColumnTypeEnum.Numeric) return value
      return types[at] === ColumnTypeEnum.Int64 ? String(value) : Number(value)
    }),
  )
  return { ...result, columnTypes: types, rows: plainRows }
}

/** What the connector says, as an error that Prisma knows, with a code that no other database uses. */
async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asDriverError(error)
  }
}

interface Said {
  readonly errno: number
  readonly sqlMessage?: string | null
  readonly sqlState?: string | null
  readonly cause?: unknown
}

/** A pool tells only that it has none to give; the reason why is what counts. */
export function asDriverError(error: unknown): unknown {
  if (error instanceof DriverAdapterError) {
    const { cause } = error as { cause?: { originalCode?: string } }
    if (cause?.originalCode === undefined || cause.originalCode.startsWith(PREFIX)) return error
    return new DriverAdapterError({ ...error.cause, originalCode: `${PREFIX}${cause.originalCode}` })
  }
  if (!isSaid(error)) return error
  const reason = isSaid(error.cause) ? error.cause : error
  const message = reason.sqlMessage ?? String(error)
  const told = { kind: 'mysql' as const, code: reason.errno, message, state: reason.sqlState ?? '' }
  return new DriverAdapterError({ ...told, originalCode: `${PREFIX}${reason.errno}`, originalMessage: message })
}

/** The system's own errors have negative numbers. */
function isSaid(error: unknown): error is Said {
  return typeof error === 'object' && error !== null && Number((error as Partial<Said>).errno) > 0
}

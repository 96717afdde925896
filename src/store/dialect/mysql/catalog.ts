import { type Db, empty, queryJsonList, type Sql, sql } from '../../sql.ts'
import type { Catalog, Relation, TableFacts, Unique } from '../../user-table/describe/catalog.ts'
import type { Column } from '../../user-table/user-table.ts'
import { type CatalogType, mysqlType } from './column-type.ts'
import { mysqlJson } from './json.ts'
import { keepsApart, serverOf } from './texts.ts'

interface MysqlRelation extends Relation {
  /** As in information_schema: BASE TABLE, VIEW, SEQUENCE, SYSTEM VERSIONED. */
  readonly kind: string
  /** Null: of a view. */
  readonly engine: string | null
}

/** Names of spenddown's own tables. */
const OWN = /^spenddown_/i
const SMALL = 10_000
/** What an index of spenddown's own holds of a key. */
const LONGEST_KEY = 500

export const mysqlCatalog: Catalog<MysqlRelation> = {
  /** Every table and view of the URL's database; a name with a dot in it may be of another of the server's. */
  async relations(db, named = '') {
    const listing = mysqlJson.selectList(
      mysqlJson.array(sql`t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, t.TABLE_ROWS,
        t.TABLE_SCHEMA = database()`),
      sql`FROM information_schema.TABLES AS t
        WHERE t.TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
        AND t.TABLE_TYPE <> 'TEMPORARY' ${named.includes('.') ? empty : sql`AND t.TABLE_SCHEMA = database()`}`,
    )
    type Listed = [
      schema: string,
      name: string,
      kind: string,
      engine: string | null,
      rows: number | null,
      here: unknown,
    ]
    return (await queryJsonList<Listed>(db, listing)).map(([schema, name, kind, engine, rows, here]) => {
      const position = here ? 1 : null
      // InnoDB estimates: of small tables it knows nothing.
      const estimate = rows !== null && rows > SMALL ? rows : null
      return { schema, name, kind, engine, rows: estimate, position, own: position !== null && OWN.test(name) }
    })
  },

  refusal({ kind, engine }) {
    if (kind === 'VIEW' || kind === 'SYSTEM VIEW') return 'a view'
    if (kind === 'SEQUENCE') return 'a sequence'
    if (engine?.toUpperCase() === 'INNODB') return null
    return `a table of the engine ${engine ?? 'NULL'}, which has no transactions (ALTER TABLE … ENGINE = InnoDB gives it some)`
  },

  async columns(db, relation) {
    const { version, texts } = await serverOf(db)
    const json = /mariadb/i.test(version) ? await jsonTexts(db, relation) : new Set<string>()
    const columns = await queryJsonList<CatalogColumn>(db, columnsSql(relation))
    return columns.map((column) => toColumn(column, json, texts))
  },

  async unique(db, table) {
    const listing = mysqlJson.selectList(
      mysqlJson.array(sql`s.INDEX_NAME, s.COLUMN_NAME, s.SUB_PART`),
      sql`FROM information_schema.STATISTICS AS s WHERE ${isTable('s', table)} AND s.NON_UNIQUE = 0
        ORDER BY s.INDEX_NAME, s.SEQ_IN_INDEX`,
    )
    type Part = [index: string, column: string | null, prefix: number | null]
    return uniqueSets(await queryJsonList<Part>(db, listing))
  },

  /** Of a table in the URL's own database the label is the bare name: a copy of the database may have another. */
  facts: async (_db, { schema, name, position }) => (position === 1 ? { name } : { schema, name }),
}

function isTable(alias: string, { schema, name }: Pick<TableFacts, 'schema' | 'name'>): Sql {
  const [s, n] = alias === 's' ? [sql`s.TABLE_SCHEMA`, sql`s.TABLE_NAME`] : [sql`c.TABLE_SCHEMA`, sql`c.TABLE_NAME`]
  return sql`${s} = ${schema === undefined ? sql`database()` : sql`${schema}`} AND ${n} = ${name}`
}

/** Without those that go by the beginning of a text, or by an expression. */
function uniqueSets(
  parts: readonly (readonly [index: string, column: string | null, prefix: number | null])[],
): Unique[] {
  const sets = new Map<string, (string | null)[]>()
  for (const [index, column, prefix] of parts)
    sets.set(index, [...(sets.get(index) ?? []), prefix === null ? column : null])
  return [...sets].flatMap(([index, columns]) => {
    return columns.includes(null) ? [] : [{ columns: columns as string[], primary: index === 'PRIMARY' }]
  })
}

type CatalogColumn = readonly [
  name: string,
  type: string,
  dataType: string,
  nullable: unknown,
  extra: string,
  fallback: string | null,
  maxLength: number | null,
  precision: number | null,
  scale: number | null,
  collation: string | null,
  rights: string,
]

function columnsSql(relation: MysqlRelation): Sql {
  return mysqlJson.selectList(
    mysqlJson.array(sql`c.COLUMN_NAME, c.COLUMN_TYPE, c.DATA_TYPE, c.IS_NULLABLE = 'YES', c.EXTRA, c.COLUMN_DEFAULT,
      c.CHARACTER_MAXIMUM_LENGTH, c.NUMERIC_PRECISION, c.NUMERIC_SCALE, c.COLLATION_NAME, c.PRIVILEGES`),
    sql`FROM information_schema.COLUMNS AS c WHERE ${isTable('c', relation)} ORDER BY c.ORDINAL_POSITION`,
  )
}

function toColumn(column: CatalogColumn, json: ReadonlySet<string>, texts: string): Column {
  const [name, type, dataType, nullable, extra, fallback, maxLength, precision, scale, collation, rights] = column
  const isJson = json.has(name)
  const may = rights.toLowerCase().split(',')
  const told: CatalogType = { type, dataType, maxLength, precision, scale, isJson }
  return {
    name,
    ...mysqlType(told),
    ...(isJson ? { declaredType: 'json' } : {}),
    nullable: Boolean(nullable),
    generated: /\b(?:VIRTUAL|STORED|PERSISTENT)\b/i.test(extra),
    // MariaDB writes NULL as a word.
    hasDefault: /auto_increment/i.test(extra) || (fallback !== null && fallback.toUpperCase() !== 'NULL'),
    ...(collation === null || collation === 'binary' ? {} : { collation }),
    ...(may.includes('update') ? {} : { locked: 'closed to this database user, who lacks the UPDATE privilege' }),
    ...(may.includes('insert') ? {} : { closed: true }),
    ...refusalAsKey(Number(maxLength), collation, texts),
  }
}

function refusalAsKey(maxLength: number, collation: string | null, texts: string): Pick<Column, 'notAKey'> {
  if (maxLength > LONGEST_KEY) return { notAKey: `longer than the ${LONGEST_KEY} characters that a key may have` }
  if (collation === null || keepsApart(texts, collation)) return {}
  return { notAKey: `of the collation ${collation}, which MySQL can follow to the byte from 8.0.17 on` }
}

/** Columns that were declared JSON in MariaDB, which keeps them as texts with a check. MySQL's check names no table. */
async function jsonTexts(db: Db, { schema, name }: MysqlRelation): Promise<ReadonlySet<string>> {
  const checks = mysqlJson.selectList(
    mysqlJson.array(sql`c.CHECK_CLAUSE`),
    sql`FROM information_schema.CHECK_CONSTRAINTS AS c WHERE c.CONSTRAINT_SCHEMA = ${schema} AND c.TABLE_NAME = ${name}`,
  )
  const clauses = (await queryJsonList<[string]>(db, checks)).map(([clause]) => clause)
  // In double quotes, as the session writes names.
  return new Set(clauses.flatMap((clause) => /^json_valid\("(.*)"\)$/i.exec(clause)?.[1]?.replaceAll('""', '"') ?? []))
}

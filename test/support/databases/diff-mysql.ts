import { type Db, queryRows, sql } from '../../../src/store/sql.ts'

/** A table as its columns are declared, its keys and indexes, in words. */
type Shape = ReadonlyMap<string, readonly string[]>

/** What a schema.prisma for MySQL says that the database does not, or the reverse; '': nothing. */
export async function diffMysql(db: Db, schema: string): Promise<string> {
  const [said, there] = [shapeOf(schema), await shapeIn(db)]
  const lines = [...new Set([...said.keys(), ...there.keys()])].flatMap((table) => {
    const [a, b] = [said.get(table) ?? [], there.get(table) ?? []]
    return [
      ...a.filter((part) => !b.includes(part)).map((part) => `${table} lacks ${part}`),
      ...b.filter((part) => !a.includes(part)).map((part) => `${table} has ${part}`),
    ]
  })
  return lines.join('\n')
}

const TYPES: Readonly<Record<string, string>> = { Int: 'int', BigInt: 'bigint', Boolean: 'tinyint(1)' }

function shapeOf(schema: string): Shape {
  const models = [...schema.matchAll(/^model \w+ \{\n(.*?)^\}/gms)].map(([, body]) => body as string)
  return new Map(models.map((body) => [/@@map\("(\w+)"\)/.exec(body)?.[1] ?? '', partsOf(body)]))
}

function partsOf(body: string): string[] {
  const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)(\??)(.*)$/gm)].map(([, name, type, optional, rest]) => {
    const column = /@map\("(\w+)"\)/.exec(rest as string)?.[1] ?? (name as string)
    return { name: name as string, column, type: type as string, optional: optional === '?', rest: rest as string }
  })
  const columnOf = (name: string) => fields.find((field) => field.name === name.trim())?.column ?? ''
  const list = (names: string) => names.split(',').map(columnOf).join(',')
  const columns = fields.map(({ column, type, optional, rest }) => {
    const [, native, length = ''] = /@db\.(\w+)(\(\d+\))?/.exec(rest) ?? []
    const fallback = /@default\("?([^")]*)/.exec(rest)?.[1]
    const given = fallback === undefined ? '' : fallback === 'autoincrement(' ? ' auto' : ` = ${truth(fallback)}`
    return `"${column}" ${native === undefined ? TYPES[type] : native.toLowerCase()}${length}${optional ? ' NULL' : ''}${given}`
  })
  const keys = [
    ...fields.flatMap(({ column, rest }) => (/@id\b/.test(rest) ? [`PRIMARY (${column})`] : [])),
    ...fields.flatMap(({ column, rest }) => (/@unique\b/.test(rest) ? [`UNIQUE (${column})`] : [])),
    ...[...body.matchAll(/@@id\(\[(.*?)\]\)/g)].map(([, names]) => `PRIMARY (${list(names as string)})`),
    ...[...body.matchAll(/@@index\(\[(.*?)\]\)/g)].map(([, names]) => `INDEX (${list(names as string)})`),
  ]
  return [...columns, ...keys]
}

const truth = (text: string) => ({ true: '1', false: '0' })[text] ?? text.replace(/\($/, '')

interface ColumnRow {
  readonly t: string
  readonly c: string
  readonly type: string
  readonly nullable: string
  readonly fallback: string | null
  readonly extra: string
}

async function shapeIn(db: Db): Promise<Shape> {
  const columns = await queryRows<ColumnRow>(
    db,
    sql`SELECT TABLE_NAME AS t, COLUMN_NAME AS c, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS fallback,
      EXTRA AS extra FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = database() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  )
  const indexes = await queryRows<{ t: string; name: string; free: number; columns: string }>(
    db,
    sql`SELECT TABLE_NAME AS t, INDEX_NAME AS name, max(NON_UNIQUE) AS free,
      group_concat(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = database() GROUP BY TABLE_NAME, INDEX_NAME`,
  )
  const shape = new Map<string, string[]>()
  const add = (table: string, part: string) => shape.set(table, [...(shape.get(table) ?? []), part])
  for (const { t, c, type, nullable, fallback, extra } of columns) {
    const value = fallback === null || fallback === 'NULL' ? '' : ` = ${fallback.replaceAll("'", '')}`
    const auto = /auto_increment/.test(extra) ? ' auto' : ''
    add(t, `"${c}" ${type.replace(/^(int|bigint)\(\d+\)/, '$1')}${nullable === 'YES' ? ' NULL' : ''}${value}${auto}`)
  }
  for (const { t, name, free, columns: list } of indexes)
    add(t, `${name === 'PRIMARY' ? 'PRIMARY' : free === 0 ? 'UNIQUE' : 'INDEX'} (${list})`)
  return shape
}

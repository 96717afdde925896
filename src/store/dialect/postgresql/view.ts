import { type Db, join, quote, sql } from '../../sql.ts'
import { queryJson } from '../../user-table/read/query-json.ts'
import { type Column, tableSql } from '../../user-table/user-table.ts'
import type { PostgresqlRelation } from './relations.ts'

interface PlanNode {
  readonly Output?: readonly string[]
  readonly Alias?: string
  readonly Schema?: string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/** The table that an updatable view shows, and under which name it shows which of its columns. */
export interface ViewedTable {
  readonly oid: string
  readonly shows: ReadonlyMap<string, string>
}

/**
 * The catalog does not say which column of a view is which column of its table, but the planner does: it resolves
 * views, however deep, and tells in a verbose plan what each output column is.
 */
export async function viewedTable(
  db: Db,
  view: PostgresqlRelation,
  columns: readonly Column[],
): Promise<ViewedTable | null> {
  const list = join(columns.map((column) => quote(column.name)))
  const [answer] = await db.$queryRaw<Record<string, [{ Plan: PlanNode }]>[]>(
    sql`EXPLAIN (VERBOSE, FORMAT JSON) SELECT ${list} FROM ${tableSql(view)}`,
  )
  const nodes = answer?.['QUERY PLAN'] === undefined ? [] : allNodes(answer['QUERY PLAN'][0].Plan)
  // An Append, of a partitioned table, has no output of its own: its first partition's is as good.
  const outputs = nodes.find((node) => node.Output?.length === columns.length)?.Output?.map(readOutput) ?? []
  const alias = outputs.find((output) => output !== null)?.alias
  const scan = nodes.find((node) => node.Alias === alias && node['Relation Name'] !== undefined)
  if (alias === undefined || scan === undefined) return null
  const shows = columns.flatMap((column, i): [string, string][] => {
    const output = outputs[i] ?? null
    return output !== null && output.alias === alias ? [[column.name, output.column]] : []
  })
  return { oid: await tableOid(db, scan), shows: new Map(shows) }
}

function allNodes(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(allNodes)]
}

/** `people.id`, `"People"."Id"`; null for an expression. */
function readOutput(output: string): { alias: string; column: string } | null {
  const match = /^("(?:[^"]|"")+"|[a-z_][\w$]*)\.("(?:[^"]|"")+"|[a-z_][\w$]*)$/.exec(output)
  return match === null ? null : { alias: unquoted(match[1] as string), column: unquoted(match[2] as string) }
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

/** Of the scanned table; of the partitioned table, where what is scanned is one of its partitions. */
function tableOid(db: Db, scan: PlanNode): Promise<string> {
  return queryJson(
    db,
    sql`SELECT to_json(coalesce(pg_partition_root(c.oid)::oid, c.oid)::text)::text AS json
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ${scan.Schema} AND c.relname = ${scan['Relation Name']}`,
  )
}

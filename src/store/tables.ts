import { type Dialect, raw, type Sql } from './sql.ts'

/** spenddown's own tables: in PostgreSQL in a schema of their own, in SQLite with a prefix. */
export interface OwnTables {
  readonly account: Sql
  readonly run: Sql
  readonly snapshot: Sql
  readonly item: Sql
  readonly call: Sql
  readonly change: Sql
  readonly decision: Sql
  readonly twin: Sql
  readonly memory: Sql
  readonly telling: Sql
  readonly requestedKey: Sql
  readonly replyPage: Sql
  readonly import: Sql
}

export function ownTables(dialect: Dialect): OwnTables {
  const table = (name: string) => raw(dialect === 'sqlite' ? `"spenddown_${name}"` : `"spenddown"."${name}"`)
  return {
    account: table('account'),
    run: table('run'),
    snapshot: table('snapshot'),
    item: table('item'),
    call: table('call'),
    change: table('change'),
    decision: table('decision'),
    twin: table('twin'),
    memory: table('memory'),
    telling: table('telling'),
    requestedKey: table('requested_key'),
    replyPage: table('reply_page'),
    import: table('import'),
  }
}

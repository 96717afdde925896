import { raw, type Sql } from '../sql.ts'

/** spenddown's own tables, each as a statement names it. */
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
  /** The migrations that were applied. */
  readonly migration: Sql
}

/** `qualified`: a table's bare name as this database's statements write it. */
export function nameOwnTables(qualified: (name: string) => string): OwnTables {
  const table = (name: string) => raw(qualified(name))
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
    migration: table('migration'),
  }
}

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
  readonly duplicate: Sql
  readonly memory: Sql
  readonly sentNotice: Sql
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
    duplicate: table('duplicate'),
    memory: table('memory'),
    sentNotice: table('sent_notice'),
    requestedKey: table('requested_key'),
    replyPage: table('reply_page'),
    import: table('import'),
    migration: table('migration'),
  }
}

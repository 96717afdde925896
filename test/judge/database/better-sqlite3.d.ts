/** What the judge uses of it; the package brings no types. */
declare module 'better-sqlite3' {
  interface Statement {
    run(...values: unknown[]): unknown
    all(...values: unknown[]): Record<string, unknown>[]
  }
  class Database {
    constructor(file: string, options?: { readonly timeout?: number })
    pragma(text: string): unknown
    exec(sql: string): unknown
    prepare(sql: string): Statement
    transaction(work: () => void): () => void
    close(): void
  }
  export default Database
}

import { type Db, raw } from '../../sql.ts'

/**
 * How the session compares texts that are not a column's, and spenddown's own: by their bytes, trailing blanks and all. MySQL
 * has no such collation before 8.0.17; there it is the one that tells most apart, which takes two spellings of one letter
 * (U+00E9, and U+0065 with U+0301) for the same, and characters that are not seen for none.
 */
export const TEXTS = ['utf8mb4_nopad_bin', 'utf8mb4_0900_bin', 'utf8mb4_0900_as_cs'] as const

/** Collations of MySQL's that take for the same all that `utf8mb4_0900_as_cs` does. */
const NO_FINER = /^utf8mb4_0900_(?:ai_ci|as_ci|as_cs)$/

/** What differs from server to server: its version, and the session's collation. */
export async function serverOf(db: Db): Promise<{ readonly version: string; readonly texts: string }> {
  const [server] = await db.$queryRaw<{ version: string; texts: string }[]>(
    raw('SELECT version() AS version, @@collation_connection AS texts'),
  )
  return server ?? { version: '', texts: '' }
}

/** Whether no two keys of a column with this collation are one to the session. */
export function keepsApart(texts: string, collation: string): boolean {
  return texts.endsWith('_bin') || NO_FINER.test(collation)
}

type Row = Readonly<Record<string, unknown>>

/**
 * What EXPLAIN answers, as the database words it. MariaDB's table as words: "r eq_ref PRIMARY: Using where" of a table that is
 * looked into by its key; "r ALL -" of one that is scanned.
 */
export function planText(rows: readonly Row[]): string {
  return rows.map((row) => String(row.detail ?? row['QUERY PLAN'] ?? planLine(row))).join('\n')
}

function planLine({ table, type, key, Extra }: Row): string {
  return `${table} ${type} ${key ?? '-'}: ${Extra}`
}

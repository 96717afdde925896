/**
 * What to do with rows that the database refuses together: each half by itself, in order, until the row that it has something
 * against is alone.
 */
export async function halveOr<Row>(
  rows: readonly Row[],
  part: (rows: readonly Row[]) => Promise<void>,
  alone: (row: Row) => void,
): Promise<void> {
  const [only] = rows
  if (only !== undefined && rows.length === 1) return alone(only)
  const half = rows.length >> 1
  await part(rows.slice(0, half))
  await part(rows.slice(half))
}

/** Does `work` with all rows; if the database refuses them, with each half in order, until a refused row is alone. */
export async function inHalves<Row>(
  rows: readonly Row[],
  work: (rows: readonly Row[]) => Promise<string | null>,
  refused: (row: Row, refusal: string) => void,
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const refusal = await work(rows)
  if (refusal === null) return
  if (rows.length === 1) return refused(first, refusal)
  const half = rows.length >> 1
  await inHalves(rows.slice(0, half), work, refused)
  await inHalves(rows.slice(half), work, refused)
}

import type { ImportRow } from '../../import/ports.ts'
import type { ImportTarget } from './describe-target.ts'

/** What one line says of a record. */
export interface RecordRow extends ImportRow {
  /** Lines after it that say the very same, and go with it. */
  readonly repeats?: readonly ImportRow[]
}

/**
 * A statement can write a record once. So the first line of each record is in the first wave, the second in the second,
 * and so on: each record sees its lines in the file's order, wherever one batch ends and another begins.
 */
export function waves(target: ImportTarget, rows: readonly ImportRow[]): RecordRow[][] {
  const keyOf = keyReader(target)
  const found: RecordRow[][] = []
  const last = new Map<unknown, { readonly wave: number; readonly at: number }>()
  for (const row of rows) {
    const key = keyOf(row)
    const before = last.get(key)
    const earlier = before === undefined ? undefined : found[before.wave]?.[before.at]
    if (before !== undefined && earlier !== undefined && same(earlier.values, row.values)) {
      const repeats = [...(earlier.repeats ?? []), row]
      ;(found[before.wave] as RecordRow[])[before.at] = { ...earlier, repeats }
      continue
    }
    const wave = before === undefined ? 0 : before.wave + 1
    const members = found[wave] ?? []
    found[wave] = members
    last.set(key, { wave, at: members.length })
    members.push(row)
  }
  return found
}

/**
 * Which lines share a record. Databases may take different texts for one key (citext, blank-padded char, NOCASE), so
 * texts that differ in capitals, accents or trailing blanks count as one: at worst, different records come in different
 * waves.
 */
function keyReader(target: ImportTarget): (row: ImportRow) => unknown {
  const places = target.columns.flatMap(({ role }, at) => (role === 'key' ? [at] : []))
  return ({ values }) => JSON.stringify(places.map((at) => coarse(values[at] ?? '')))
}

function coarse(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().toUpperCase().toLowerCase().trimEnd()
}

function same(a: ImportRow['values'], b: ImportRow['values']): boolean {
  return a.every((value, at) => value === b[at])
}

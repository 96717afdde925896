/** The bounds between age groups, in days. */
export const AGE_DAYS = [30, 90, 180, 365, 730] as const

/** How many records were compared with their fresh data, and in how many of them a value differed. */
export interface Compared {
  readonly compared: number
  readonly changed: number
}

/** What the fresh data of a run changed, over all records that were written. */
export interface Changes extends Compared {
  /** In how many records each column changed. */
  readonly columns: Readonly<Record<string, number>>
  /** By the record's age: never refreshed before, then from youngest to oldest (see AGE_DAYS). */
  readonly byAge: readonly Compared[]
  /** In how many records one of the columns changed that count for the order by gain; missing: all of them do. */
  readonly counted?: number
}

/** Each column's value before and after, as text; null: NULL. */
export type KeptChanges = Readonly<Record<string, readonly [before: string | null, after: string | null]>>

export interface ChangedRecord {
  readonly columns: readonly string[]
  /** Ms since it was last refreshed; null: never; undefined: not known. */
  readonly ageMs: number | null | undefined
  /** Whether one of the columns that count is among them; missing: all of them do. */
  readonly counts?: boolean
}

const DAY_MS = 86_400_000
const NONE: Compared = { compared: 0, changed: 0 }
export const NO_CHANGES: Changes = { ...NONE, columns: {}, byAge: Array(AGE_DAYS.length + 2).fill(NONE) }

export function withChanges(before: Changes, records: readonly ChangedRecord[]): Changes {
  if (records.length === 0) return before
  const columns = new Map(Object.entries(before.columns))
  const byAge = before.byAge.map((age) => ({ ...age }))
  let changed = before.changed
  let counted = before.counted ?? before.changed
  for (const record of records) {
    const differs = record.columns.length > 0 ? 1 : 0
    changed += differs
    counted += (record.counts ?? differs > 0) ? 1 : 0
    for (const column of record.columns) columns.set(column, (columns.get(column) ?? 0) + 1)
    const age = byAge[placeOf(record.ageMs)]
    if (age === undefined) continue
    age.compared += 1
    age.changed += differs
  }
  const all = { compared: before.compared + records.length, changed, columns: Object.fromEntries(columns), byAge }
  return counted === changed ? all : { ...all, counted }
}

/** What several runs changed together. */
export function sumOfChanges(all: readonly Changes[]): Changes {
  return all.reduce((sum, each) => {
    const columns = new Map(Object.entries(sum.columns))
    for (const [name, count] of Object.entries(each.columns)) columns.set(name, (columns.get(name) ?? 0) + count)
    const byAge = sum.byAge.map((age, place) => added(age, each.byAge[place] ?? NONE))
    return { ...added(sum, each), columns: Object.fromEntries(columns), byAge }
  }, NO_CHANGES)
}

function added(a: Compared, b: Compared): Compared {
  return { compared: a.compared + b.compared, changed: a.changed + b.changed }
}

/** The index of an age in `byAge`; -1: none. */
function placeOf(ageMs: number | null | undefined): number {
  if (ageMs === null) return 0
  if (ageMs === undefined || !Number.isFinite(ageMs)) return -1
  const days = ageMs / DAY_MS
  const place = AGE_DAYS.findIndex((bound) => days < bound)
  return 1 + (place === -1 ? AGE_DAYS.length : place)
}

/** Null if the text is null or cannot be read. */
export function readChanges(text: string | null): Changes | null {
  if (text === null) return null
  try {
    const { compared, changed, columns, byAge, counted } = JSON.parse(text) as Changes
    const sound = Number.isSafeInteger(compared) && Number.isSafeInteger(changed)
    return sound && byAge.length === NO_CHANGES.byAge.length
      ? { compared, changed, columns, byAge, ...(counted !== undefined && { counted }) }
      : null
  } catch {
    return null
  }
}

/** The JSON form: each age group with its bounds in days; both null: never refreshed before. */
export interface ShownChanges extends Compared {
  readonly columns: Readonly<Record<string, number>>
  readonly byAge: readonly (Compared & { readonly fromDays: number | null; readonly toDays: number | null })[]
}

export function shownChanges({ compared, changed, columns, byAge }: Changes): ShownChanges {
  const bounds = (place: number) =>
    place === 0
      ? { fromDays: null, toDays: null }
      : { fromDays: place === 1 ? 0 : (AGE_DAYS[place - 2] ?? 0), toDays: AGE_DAYS[place - 1] ?? null }
  return { compared, changed, columns, byAge: byAge.map((age, place) => ({ ...bounds(place), ...age })) }
}

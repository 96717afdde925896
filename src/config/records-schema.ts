import type * as z from 'zod'
import type { RecordsConfig } from './config.ts'
import { importSchema } from './import-schema.ts'
import { choose, leaf, type Refuse, together } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'
import type { UpdateSource } from './records-options.ts'
import { duration, text, yesOrNo } from './rules.ts'
import { section } from './section.ts'
import { whereShape } from './where-shape.ts'

const COLUMN = "a column's name"

export function recordsSchema(): z.ZodType<RecordsConfig> {
  const parts = section({
    table: text("a table's name, such as 'people' or 'crm.people'"),
    key: text(COLUMN),
    refreshedAt: text(COLUMN).optional(),
    dedupeBy: columnsSchema().prefault([]),
    eligible: whereShape().prefault({}),
    minAge: duration().optional(),
    update: updateSchema(),
    keepChanges: yesOrNo().default(false),
    coolDown: coolDownSchema().prefault({}),
    import: importSchema().optional(),
  })
  return together(parts, (records, refuse) => {
    const { key, refreshedAt, update } = records
    const allowed = 'columns other than the key and `refreshedAt`'
    const { minAge, ...rest } = records
    if (minAge !== undefined && refreshedAt === undefined) {
      const known = '`minAge` beside `refreshedAt`, the column that says how old a record is'
      refuse({ path: ['minAge'], found: 'no `refreshedAt`', allowed: known })
    }
    if (Object.hasOwn(update, key)) refuse({ path: ['update', key], found: 'the key', allowed })
    if (refreshedAt !== undefined && Object.hasOwn(update, refreshedAt)) {
      refuse({ path: ['update', refreshedAt], found: '`refreshedAt`, which is stamped by itself', allowed })
    }
    if (
      refreshedAt !== undefined &&
      records.import !== undefined &&
      Object.hasOwn(records.import.columns, refreshedAt)
    ) {
      const found = '`refreshedAt`, which only fresh data stamps'
      refuse({ path: ['import', 'columns', refreshedAt], found, allowed: 'columns other than `refreshedAt`' })
    }
    return { ...rest, minAgeMs: minAge ?? null }
  })
}

function columnsSchema(): z.ZodType<readonly string[]> {
  return leaf("a list of columns, such as ['email'], each once", (value, refuse) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [null]
    const sound = list.every((name) => typeof name === 'string' && name !== '') && new Set(list).size === list.length
    return sound ? (list as readonly string[]) : refuse()
  })
}

function updateSchema(): z.ZodType<Record<string, UpdateSource>> {
  return leaf('an object: at least one column, and where its value comes from', (value, refuse) => {
    if (!isPlainObject(value) || Object.keys(value).length === 0) return refuse()
    return Object.fromEntries(
      Object.entries(value).map(([column, source]) => [column, readSource(column, source, refuse)]),
    )
  })
}

function readSource(column: string, source: unknown, refuse: Refuse): UpdateSource {
  if (typeof source === 'function') return source as UpdateSource
  if (typeof source === 'string' && /^[^.]+(\.[^.]+)*$/.test(source)) return source
  return refuse({
    path: [column],
    value: source,
    allowed: "a function (data, record) => value, or a path into data, such as 'job.title'",
  })
}

function coolDownSchema(): z.ZodType<RecordsConfig['coolDown']> {
  const each = section({
    notFound: duration().prefault('30d'),
    failed: duration().prefault('7d'),
  }).transform(({ notFound, failed }) => ({ notFoundMs: notFound, failedMs: failed }))
  const both = duration().transform((ms) => ({ notFoundMs: ms, failedMs: ms }))
  return choose((value) => (isPlainObject(value) ? each : both))
}

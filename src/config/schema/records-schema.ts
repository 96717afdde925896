import type * as z from 'zod'
import type { ImportSource, UpdateSource } from '../options/records-options.ts'
import { areNames, callback, duration, oneOf, text, yesOrNo } from './rules.ts'
import { choose, isPlainObject, leaf, only, section, together } from './values/leaf.ts'
import { whereSchema } from './where-schema.ts'

const COLUMN = "a column's name"
const UPDATED_FROM = "a function (data, record) => value, or a path into data, such as 'job.title'"
const IMPORTED_FROM = "a function (line) => value, or a path into the line, such as 'address.country'"

export function recordsSchema() {
  const parts = section({
    table: text("a table's name, such as 'people' or 'crm.people'"),
    key: text(COLUMN),
    refreshedAt: text(COLUMN).optional(),
    dedupeBy: only("a list of columns, such as ['email'], each once", areNames).prefault([]),
    eligible: whereSchema().prefault({}),
    minAge: duration().optional(),
    update: sources<UpdateSource>(/^[^.]+(\.[^.]+)*$/, UPDATED_FROM),
    keepChanges: yesOrNo().default(false),
    coolDown: coolDownSchema().prefault({}),
    import: importSchema().optional(),
  })
  return together(parts, ({ minAge, ...rest }, refuse) => {
    const { key, refreshedAt, update } = rest
    const allowed = 'columns other than the key and `refreshedAt`'
    if (minAge !== undefined && refreshedAt === undefined) {
      const known = '`minAge` beside `refreshedAt`, the column that says how old a record is'
      refuse({ path: ['minAge'], found: 'no `refreshedAt`', allowed: known })
    }
    if (Object.hasOwn(update, key)) refuse({ path: ['update', key], found: 'the key', allowed })
    if (refreshedAt !== undefined && Object.hasOwn(update, refreshedAt)) {
      refuse({ path: ['update', refreshedAt], found: '`refreshedAt`, which is stamped by itself', allowed })
    }
    if (refreshedAt !== undefined && Object.hasOwn(rest.import?.columns ?? {}, refreshedAt)) {
      const found = '`refreshedAt`, which only fresh data stamps'
      refuse({ path: ['import', 'columns', refreshedAt], found, allowed: 'columns other than `refreshedAt`' })
    }
    return { ...rest, minAgeMs: minAge ?? null }
  })
}

/** Column to where its value comes from: a function, or a path of this shape. */
function sources<T>(shape: RegExp, allowed: string): z.ZodType<Readonly<Record<string, T>>> {
  return leaf('an object: at least one column, and where its value comes from', (value, refuse) => {
    if (!isPlainObject(value) || Object.keys(value).length === 0) return refuse()
    for (const [column, source] of Object.entries(value)) {
      if (typeof source === 'function' || (typeof source === 'string' && shape.test(source))) continue
      refuse({ path: [column], value: source, allowed })
    }
    return { ...value } as Record<string, T>
  })
}

function coolDownSchema() {
  const each = section({
    notFound: duration().prefault('30d'),
    failed: duration().prefault('7d'),
  }).transform(({ notFound, failed }) => ({ notFoundMs: notFound, failedMs: failed }))
  const both = duration().transform((ms) => ({ notFoundMs: ms, failedMs: ms }))
  return choose((value) => (isPlainObject(value) ? each : both))
}

const DELIMITER = "one ASCII character, such as ';' or '\\t', neither a quote nor a line break"
const KEY = "a column's name such as 'email', or a list of them, each once"

function importSchema() {
  const parts = section({
    key: keySchema(),
    columns: sources<ImportSource>(/./s, IMPORTED_FROM),
    where: linesSchema().optional(),
    empty: oneOf('keep', 'write').default('keep'),
    delimiter: text(DELIMITER, /^[^"\r\n\x80-\uffff]$/).optional(),
  })
  return together(parts, (options, refuse) => {
    for (const name of options.key) {
      if (!Object.hasOwn(options.columns, name))
        refuse({ path: ['key'], value: name, allowed: 'columns that `columns` maps too' })
    }
    return options
  })
}

function keySchema(): z.ZodType<readonly string[]> {
  return leaf(KEY, (value, refuse) => {
    const names: unknown = typeof value === 'string' ? [value] : value
    return areNames(names) && names.length > 0 ? names : refuse()
  })
}

function linesSchema() {
  const allowed = 'text, or a list of texts of which a line has at least one'
  const includes = leaf<readonly string[]>(allowed, (value, refuse) => {
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
    return texts.length > 0 && texts.every((each) => typeof each === 'string' && each !== '')
      ? (texts as readonly string[])
      : refuse()
  })
  const test = callback<(text: string) => boolean>("(text) => boolean, or { includes: 'US' }")
  return choose<((text: string) => boolean) | { readonly includes: readonly string[] }>((value) =>
    isPlainObject(value) ? section({ includes }) : test,
  )
}

import type * as z from 'zod'
import type { ImportOptions, ImportSource, LineTest } from './import-options.ts'
import { choose, leaf, together } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'
import { callback, oneOf } from './rules.ts'
import { section } from './section.ts'

export interface ImportConfig {
  readonly key: readonly string[]
  readonly columns: Readonly<Record<string, ImportSource>>
  /** Without it every line matters. */
  readonly where?: ((text: string) => boolean) | { readonly includes: readonly string[] } | undefined
  readonly empty: 'keep' | 'write'
  readonly delimiter?: string | undefined
}

const KEY = "a column's name such as 'email', or a list of them, each once"

export function importSchema(): z.ZodType<ImportConfig> {
  const parts = section({
    key: keySchema(),
    columns: columnsSchema(),
    where: whereSchema().optional(),
    empty: oneOf('keep', 'write').default('keep'),
    delimiter: delimiterSchema().optional(),
  })
  return together(parts, (options, refuse) => {
    for (const name of options.key) {
      if (!Object.hasOwn(options.columns, name))
        refuse({ path: ['key'], value: name, allowed: 'columns that `columns` maps too' })
    }
    return options
  })
}

function delimiterSchema(): z.ZodType<string> {
  return leaf("one ASCII character, such as ';' or '\\t', neither a quote nor a line break", (value, refuse) => {
    const sound = typeof value === 'string' && value.length === 1 && value <= '\x7f' && !'"\r\n'.includes(value)
    return sound ? value : refuse()
  })
}

function keySchema(): z.ZodType<readonly string[]> {
  return leaf(KEY, (value, refuse) => {
    const names: readonly unknown[] = typeof value === 'string' ? [value] : Array.isArray(value) ? value : []
    const sound = names.length > 0 && names.every((name) => typeof name === 'string' && name !== '')
    return sound && new Set(names).size === names.length ? (names as readonly string[]) : refuse()
  })
}

function columnsSchema(): z.ZodType<ImportOptions['columns']> {
  return leaf('an object: at least one column, and where its value comes from', (value, refuse) => {
    if (!isPlainObject(value) || Object.keys(value).length === 0) return refuse()
    for (const [column, source] of Object.entries(value)) {
      if (typeof source === 'function' || (typeof source === 'string' && source !== '')) continue
      const allowed = "a function (line) => value, or a path into the line, such as 'address.country'"
      refuse({ path: [column], value: source, allowed })
    }
    return value as ImportOptions['columns']
  })
}

function whereSchema(): z.ZodType<NonNullable<ImportConfig['where']>> {
  const includes = leaf<readonly string[]>(
    'text, or a list of texts of which a line has at least one',
    (value, refuse) => {
      const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
      return texts.length > 0 && texts.every((each) => typeof each === 'string' && each !== '')
        ? (texts as readonly string[])
        : refuse()
    },
  )
  const test = callback<Extract<LineTest, (text: string) => boolean>>("(text) => boolean, or { includes: 'US' }")
  return choose((value): z.ZodType<NonNullable<ImportConfig['where']>> => {
    return isPlainObject(value) ? section({ includes }) : test
  })
}

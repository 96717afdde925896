import type { ColumnKind, ValueType } from '../../user-table/user-table.ts'

/** A row of pg_type. */
export interface CatalogType {
  readonly oid: string
  readonly name: string
  /** It is PostgreSQL's own, not one of a user or an extension. */
  readonly native: boolean
  /** As SQL writes it, wherever the search path leads. */
  readonly written: string
  readonly form: string
  readonly base: string
  readonly modifier: number
  readonly element: string
  readonly array: string
  readonly labels: readonly string[] | null
}

const KINDS: readonly (readonly [ColumnKind, readonly string[]])[] = [
  ['integer', ['int2', 'int4']],
  ['bigint', ['int8']],
  ['numeric', ['numeric']],
  ['float', ['float4', 'float8']],
  ['boolean', ['bool']],
  ['text', ['text', 'varchar', 'bpchar', 'name']],
  ['uuid', ['uuid']],
  ['json', ['json', 'jsonb']],
  ['timestamp', ['timestamp']],
  ['timestamptz', ['timestamptz']],
  ['date', ['date']],
  ['time', ['time', 'timetz']],
  ['bytes', ['bytea']],
]

/** What a type of the catalog holds. A domain is what it is based on; its own rules are the database's to check. */
export function resolveType(oid: string, modifier: number, types: ReadonlyMap<string, CatalogType>): ValueType {
  const type = types.get(oid)
  if (type === undefined) throw new Error(`the catalog does not tell of type ${oid}`)
  if (type.form === 'd') {
    const base = resolveType(type.base, modifier < 0 ? type.modifier : modifier, types)
    return { ...base, declaredType: type.written }
  }
  const element = types.get(type.element)
  if (element !== undefined && element.array === oid)
    return arrayOf(resolveType(type.element, modifier, types), element)
  const { written } = type
  const names = { declaredType: written, sqlType: written, castType: castName(type) }
  return { ...names, kind: kindOf(type), ...limits(type, modifier) }
}

/** "character" without a length is one character long: only its internal name means any length. */
function castName(type: CatalogType): string {
  return type.name === 'bpchar' && type.native ? 'bpchar' : type.written
}

function arrayOf(element: ValueType, type: CatalogType): ValueType {
  const written = `${castName(type)}[]`
  return { declaredType: written, kind: 'array', sqlType: written, castType: written, element }
}

function kindOf(type: CatalogType): ColumnKind {
  if (type.form === 'e') return 'enum'
  if (type.native) return KINDS.find(([, names]) => names.includes(type.name))?.[0] ?? 'other'
  return type.name === 'citext' ? 'text' : 'other'
}

/** A type modifier counts from 4, the length of a header of old. */
function limits(type: CatalogType, modifier: number): Partial<ValueType> {
  if (type.labels !== null) return { labels: type.labels }
  if (modifier < 4 || !type.native) return {}
  if (type.name === 'varchar' || type.name === 'bpchar') return { maxLength: modifier - 4 }
  if (type.name !== 'numeric') return {}
  const packed = modifier - 4
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 0x400) - 0x400 }
}

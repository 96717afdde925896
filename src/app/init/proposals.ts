import { type Field, KNOWN_PRESETS, type KnownPreset } from '../../presets/known-presets.ts'
import type { SurveyedTable } from '../../store/user-table/describe/survey-tables.ts'
import type { Column } from '../../store/user-table/user-table.ts'

/** A column, and the parameter by which the vendor takes its value. */
export interface Lookup {
  readonly part: string
  readonly column: string
}

/** Names of columns without capitals and punctuation, the likelier first. */
const FIELD_NAMES: Readonly<Record<Field, readonly string[]>> = {
  jobTitle: ['jobtitle', 'currentjobtitle', 'currenttitle', 'title', 'position'],
  company: ['company', 'companyname', 'jobcompanyname', 'employer', 'employername', 'organization', 'organizationname'],
  country: ['country', 'countryname', 'locationcountry'],
  fullName: ['fullname', 'name'],
}
/** Never proposed: it seldom changes, and a wrong match would rename somebody. */
const NAME: Field = 'fullName'

/** By the column that presets read. */
const LOOKUP_NAMES: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'emailaddress', 'workemail', 'businessemail', 'primaryemail', 'mail'],
  linkedin_url: ['linkedinurl', 'linkedin', 'linkedinprofile', 'linkedinprofileurl'],
  coresignal_id: ['coresignalid'],
}

const REFRESHES = ['refreshedat', 'lastrefreshedat', 'lastrefreshed', 'enrichedat', 'lastenrichedat', 'lastenriched']
const SYNCS = ['lastsyncedat', 'lastsynced', 'syncedat']
const UPDATES = ['updatedat', 'lastupdatedat', 'lastupdated', 'modifiedat', 'lastmodifiedat', 'lastmodified']
const PEOPLE = /^(people|persons?|contacts?|leads?|prospects?|profiles?|candidates?)$/

/** The table that most looks like people; null: none does. */
export function proposeTable(tables: readonly SurveyedTable[]): string | null {
  const ranked = tables
    .filter(({ keys }) => keys.length > 0)
    .map((table) => ({ name: table.name, rank: likeness(table) }))
    .sort((a, b) => b.rank - a.rank)
  const [best] = ranked
  return best !== undefined && (best.rank > 1 || tables.length === 1) ? best.name : null
}

function likeness({ name, columns, rows }: SurveyedTable): number {
  const lookups = Object.keys(LOOKUP_NAMES).filter((kind) => lookupColumn(columns, kind) !== undefined)
  const fields = columns.filter(({ name }) => fieldOf(name) !== null)
  const isPeople = PEOPLE.test(plain(name.split('.').at(-1) ?? ''))
  return 4 * lookups.length + Math.min(fields.length, 4) + (isPeople ? 4 : 0) + (rows.count > 0 ? 1 : 0)
}

/** The column that says when a record was refreshed; null: none looks so. */
export function proposeStamp({ stamps }: SurveyedTable): string | null {
  return firstNamed(stamps, [...REFRESHES, ...SYNCS, ...UPDATES]) ?? null
}

/** Whether others are likely to stamp it too, at any change. */
export function isShared(stamp: string): boolean {
  return UPDATES.includes(plain(stamp))
}

/** The preset whose key is there, or whose ids the table has, or the first that could find the people. */
export function proposePreset({ columns }: SurveyedTable, env: Readonly<Record<string, unknown>>): string | null {
  const names = columns.map(({ name }) => plain(name))
  const ranked = KNOWN_PRESETS.map((preset) => {
    const id = `${plain(preset.name).replace('peopledatalabs', 'pdl')}id`
    return { preset, rank: (env[preset.apiKey] ? 2 : 0) + (names.includes(id) ? 1 : 0) }
  }).filter(({ preset }) => proposeLookup(columns, preset).length > 0)
  return ranked.sort((a, b) => b.rank - a.rank)[0]?.preset.name ?? null
}

/** By which columns the vendor can find people; for an unknown vendor, the likeliest one. */
export function proposeLookup(columns: readonly Column[], preset: KnownPreset | null): Lookup[] {
  const reads = preset?.reads ?? { email: 'email', linkedin_url: 'linkedin_url' }
  const found = Object.entries(reads).flatMap(([kind, part]) => {
    const column = lookupColumn(columns, kind)
    return column === undefined ? [] : [{ part, column }]
  })
  return preset === null ? found.slice(0, 1) : found
}

/** The parameter for a column that was named alone. */
export function lookupPart(column: string, preset: KnownPreset | null): string {
  const kind = Object.keys(LOOKUP_NAMES).find((each) => LOOKUP_NAMES[each]?.includes(plain(column)))
  if (kind === undefined) return column
  return preset === null ? kind : (preset.reads[kind] ?? kind)
}

/** Columns to refresh, each with the path into the vendor's data. */
export function proposeUpdate(
  columns: readonly Column[],
  preset: KnownPreset | null,
  taken: readonly string[],
): Readonly<Record<string, string>> {
  const free = columns.filter(({ name, kind, generated, locked }) => {
    return kind === 'text' && !generated && locked === undefined && !taken.includes(name) && isListable(name)
  })
  const names = free.map(({ name }) => name)
  const proposed = (Object.keys(FIELD_NAMES) as Field[]).flatMap((field) => {
    const column = field === NAME ? undefined : firstNamed(names, FIELD_NAMES[field])
    const path = column === undefined ? undefined : updatePath(column, preset)
    return column === undefined || path === undefined ? [] : [[column, path] as const]
  })
  return Object.fromEntries(proposed)
}

/** Where the vendor's data has what the column holds; of an unknown vendor, at its name. */
export function updatePath(column: string, preset: KnownPreset | null): string | undefined {
  if (preset === null) return column
  const field = fieldOf(column)
  return field === null ? undefined : preset.paths[field]
}

function fieldOf(column: string): Field | null {
  const name = plain(column)
  return (Object.keys(FIELD_NAMES) as Field[]).find((field) => FIELD_NAMES[field].includes(name)) ?? null
}

function lookupColumn(columns: readonly Column[], kind: string): string | undefined {
  const names = columns.map(({ name }) => name).filter(isListable)
  return names.find((name) => name === kind) ?? firstNamed(names, LOOKUP_NAMES[kind] ?? [])
}

function firstNamed(columns: readonly string[], wanted: readonly string[]): string | undefined {
  const places = columns.map((column) => ({ column, at: wanted.indexOf(plain(column)) })).filter(({ at }) => at >= 0)
  return places.sort((a, b) => a.at - b.at)[0]?.column
}

/** Whether a flag's list can hold the name. */
function isListable(name: string): boolean {
  return !/[,=]/.test(name)
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

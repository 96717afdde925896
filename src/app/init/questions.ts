import { readdirSync } from 'node:fs'
import { readAnswer } from '../../config/resolve-config.ts'
import { InputError } from '../../domain/errors.ts'
import { escapedText } from '../../domain/escaped-text.ts'
import { figure } from '../../domain/figure.ts'
import { nearestName, type Problem } from '../../domain/problem.ts'
import { counted } from '../../domain/words.ts'
import { KNOWN_PRESETS, type KnownPreset } from '../../presets/known-presets.ts'
import type { Connection } from '../../store/client.ts'
import { checkUpdate } from '../../store/user-table/describe/check-update.ts'
import { columnNamed } from '../../store/user-table/describe/named-column.ts'
import { type SurveyedTable, surveyTable, surveyTables } from '../../store/user-table/describe/survey-tables.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { describeOver, openDatabase } from '../compose/with-database.ts'
import type { DraftVendor } from './config-text.ts'
import { shownUrl } from './env-lines.ts'
import {
  type Lookup,
  lookupPart,
  proposeLookup,
  proposePreset,
  proposeStamp,
  proposeTable,
  proposeUpdate,
  updatePath,
} from './proposals.ts'
import { answer, type Person } from './question.ts'

/** Answers that are known beforehand, as text. */
export interface InitAnswers {
  readonly database?: string
  readonly table?: string
  readonly key?: string
  /** `none`: there is no such column. */
  readonly refreshedAt?: string
  /** `none`: the vendor has none. */
  readonly preset?: string
  readonly baseUrl?: string
  readonly path?: string
  readonly keyHeader?: string
  readonly lookup?: string
  readonly columns?: string
}

/** So many tables are looked into. */
const MOST_TABLES = 200
const NONE = 'none'

/** Opens the database that is answered; the caller closes it. */
export function askDatabase(
  { database }: InitAnswers,
  known: string | undefined,
  cwd: string,
  person: Person | null,
): Promise<{ url: string; connection: Connection }> {
  const files = readdirSync(cwd).filter((name) => /\.(db|sqlite3?)$/.test(name))
  const proposal = known || (files.length === 1 ? `file:./${files[0]}` : null)
  const allowed = 'file:./path.db (SQLite) or postgresql://user:password@host:5432/database (PostgreSQL)'
  const read = async (text: string) => {
    const url = text.trim()
    return { url, connection: await openDatabase(readAnswer.database(url, '', cwd)) }
  }
  const shown = proposal === null ? {} : { shown: shownUrl(proposal) }
  const question = { flag: '--database', text: `Database, ${allowed}`, allowed, proposal, ...shown, read }
  return answer(question, database, person)
}

/** The table, and its key. */
export async function askTable({ table, key }: InitAnswers, connection: Connection, person: Person | null) {
  const { client, dialect } = connection
  const tables = table === undefined ? await surveyTables(client, dialect, MOST_TABLES) : []
  if (table === undefined && tables.length === 0) {
    const found = 'a database without a table that can be refreshed'
    refuse({ path: '--database', found, allowed: 'the database that holds your records' })
  }
  for (const { name, rows } of tables) person?.tell(escapedText(`  ${name}  ${rowsWords(rows)}`))
  const allowed = 'a table whose records are to be refreshed'
  const names = tables.length > 0 && tables.length <= 12 ? `: ${tables.map(({ name }) => name).join(', ')}` : ''
  const read = async (name: string) => {
    const found = await surveyTable(client, dialect, name)
    if ('found' in found) return refuse(found)
    if (found.keys.length > 0) return found
    const without = `"${name}", which has no key that names one record`
    return refuse({
      path: '',
      found: without,
      allowed: 'a table with a primary key of one column (integer, uuid or text)',
    })
  }
  const question = {
    flag: '--table',
    text: 'Table',
    allowed: `${allowed}${names}`,
    proposal: proposeTable(tables),
    read,
  }
  const surveyed = await answer(question, table, person)
  const readKey = (name: string) => described(connection, { table: surveyed.name, key: name })
  const keyQuestion = { flag: '--key', text: 'Its key', allowed: 'a column that names one record', read: readKey }
  return { surveyed, described: await answer({ ...keyQuestion, proposal: surveyed.keys[0] ?? null }, key, person) }
}

function rowsWords({ count, how }: SurveyedTable['rows']): string {
  return how === 'exact' ? counted(count, 'row') : `${how} ${figure(count)} rows`
}

async function described(connection: Connection, wanted: { table: string; key: string; refreshedAt?: string }) {
  const found = await describeOver(connection)(wanted)
  return 'table' in found ? found.table : refuse(...found.problems)
}

/** The table with the column that a refresh stamps. */
export function askStamp(
  { refreshedAt }: InitAnswers,
  connection: Connection,
  surveyed: SurveyedTable,
  table: UserTable,
  person: Person | null,
): Promise<UserTable> {
  const allowed = 'a column for instants, or none'
  const read = async (name: string) => {
    const wanted = { table: surveyed.name, key: table.key.name, refreshedAt: name }
    return name === NONE ? table : described(connection, wanted)
  }
  const text = 'Column that says when a record was last refreshed, or none'
  const proposal = proposeStamp(surveyed) ?? NONE
  return answer({ flag: '--refreshed-at', text, allowed, proposal, read }, refreshedAt, person)
}

/** The preset; or, without one, where and how the vendor is asked. `seen`: what a proposal may go by. */
export async function askVendor(
  given: InitAnswers,
  seen: { readonly surveyed: SurveyedTable; readonly env: Readonly<Record<string, unknown>> } | null,
  person: Person | null,
): Promise<DraftVendor> {
  const names = KNOWN_PRESETS.map(({ name }) => name)
  const allowed = `${names.join(', ')}, or none with --base-url and --path`
  const read = (name: string): KnownPreset | null => {
    const preset = KNOWN_PRESETS.find((each) => each.name === name)
    if (preset !== undefined || name === NONE) return preset ?? null
    const near = nearestName(name, names)
    return refuse({ path: '', found: `"${name}"`, allowed, ...(near && { hint: `Did you mean ${near}?` }) })
  }
  const isPlain = given.preset === undefined && (given.baseUrl ?? given.path) !== undefined
  const proposal = seen === null ? null : proposePreset(seen.surveyed, seen.env)
  const text = `Preset of the vendor (${names.join(', ')}), or none`
  const question = { flag: '--preset', text, allowed, proposal, read }
  const preset = await answer(question, isPlain ? NONE : given.preset, person)
  if (preset === null) return askPlainVendor(given, person)
  // Another place that speaks as the vendor does, such as the simulator.
  return { preset, baseUrl: given.baseUrl === undefined ? null : readAnswer.baseUrl(given.baseUrl, '--base-url') }
}

async function askPlainVendor({ baseUrl, path, keyHeader }: InitAnswers, person: Person | null): Promise<DraftVendor> {
  const base = {
    flag: '--base-url',
    text: "The vendor's base URL",
    allowed: 'an absolute http(s) URL, such as https://api.acme.example',
    proposal: null,
    read: (text: string) => readAnswer.baseUrl(text, ''),
  }
  const lookup = {
    flag: '--path',
    text: 'The path at which one person is looked up',
    allowed: 'a path, such as /v1/enrich',
    proposal: null,
    read: (text: string) => readAnswer.path(text, ''),
  }
  const header = {
    flag: '--key-header',
    text: 'Header that carries your key (x-api-key, Authorization, …), or none',
    allowed: 'the name of a header, or none',
    proposal: NONE,
    read: (text: string) => (text === NONE ? null : readAnswer.header(text, '')),
  }
  return {
    preset: null,
    baseUrl: await answer(base, baseUrl, person),
    path: await answer(lookup, path, person),
    keyHeader: await answer(header, keyHeader, person),
  }
}

export function askLookup(
  { lookup }: InitAnswers,
  table: UserTable,
  preset: KnownPreset | null,
  person: Person | null,
): Promise<Lookup[]> {
  const allowed = 'columns, with commas between; where the vendor has another name for one, PARAMETER=COLUMN'
  const read = (text: string) => {
    const pairs = listOf(text).map(([name, column]) => {
      return column === undefined ? { part: lookupPart(name, preset), column: name } : { part: name, column }
    })
    check(pairs.length > 0 ? [] : [{ path: '', found: 'none', allowed }])
    const problems: Problem[] = []
    for (const { column } of pairs) columnNamed(table.columns, column, '', problems)
    check(problems)
    return pairs
  }
  const proposed = proposeLookup(table.columns, preset)
  const proposal = proposed.map(({ part, column }) => {
    return lookupPart(column, preset) === part ? column : `${part}=${column}`
  })
  const text = 'Columns by which the vendor finds a person'
  return answer({ flag: '--lookup', text, allowed, proposal: proposal.join(',') || null, read }, lookup, person)
}

/** The columns to refresh, and others that could be. `used`: those by which people are found. */
export function askUpdate(
  { columns }: InitAnswers,
  table: UserTable,
  preset: KnownPreset | null,
  used: readonly string[],
  person: Person | null,
): Promise<{ update: Readonly<Record<string, string>>; rest: string[] }> {
  const allowed = "columns, with commas between; with COLUMN=PATH, the path into the vendor's data"
  const read = (text: string) => {
    const update = Object.fromEntries(listOf(text).map(([name, path]) => [name, path ?? updatePath(name, preset)]))
    const names = Object.keys(update)
    check(names.length > 0 ? checkUpdate(table, names, '') : [{ path: '', found: 'none', allowed }])
    const pathless = names.filter((name) => update[name] === undefined)
    const found = `${pathless.join(', ')}, without a path: ${preset?.name} has no field that is known by that name`
    check(pathless.length === 0 ? [] : [{ path: '', found, allowed: 'COLUMN=PATH there' }])
    const others = table.columns.map(({ name }) => name).filter((name) => !used.includes(name) && !names.includes(name))
    const rest = others.filter((name) => !/(_at|At)$/.test(name) && checkUpdate(table, [name], '').length === 0)
    return { update: update as Record<string, string>, rest }
  }
  const proposal = Object.keys(proposeUpdate(table.columns, preset, used)).join(',') || null
  return answer({ flag: '--columns', text: 'Columns to refresh', allowed, proposal, read }, columns, person)
}

/** "a, b=c" */
function listOf(text: string): [string, string | undefined][] {
  const parts = text.split(',').map((part) => part.trim())
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...rest] = part.split('=')
      return [name.trim(), rest.length === 0 ? undefined : rest.join('=').trim()]
    })
}

function check(problems: readonly Problem[]): void {
  if (problems.length > 0) refuse(...problems)
}

function refuse(...problems: Problem[]): never {
  throw new InputError('INIT_INVALID', problems)
}

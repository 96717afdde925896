import { readdirSync } from 'node:fs'
import { readAnswer } from '../../config/resolve-config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { nearestName, type Problem } from '../../domain/errors/problem.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import { KNOWN_PRESETS, type KnownPreset } from '../../presets/known-presets.ts'
import type { Connection } from '../../store/client.ts'
import { checkUpdate, columnNamed } from '../../store/user-table/describe/check-columns.ts'
import { type SurveyedTable, surveyTable, surveyTables } from '../../store/user-table/describe/survey-tables.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { describeOver, openDatabase } from '../compose/with-database.ts'
import type { DraftVendor } from './config-text.ts'
import { shownUrl } from './env-lines.ts'
import { modelOfTable, tableOfModel } from './prisma-models.ts'
import {
  lookupPart,
  proposeLookup,
  proposePreset,
  proposeStamp,
  proposeTable,
  proposeUpdate,
  updatePath,
} from './proposals.ts'
import { type Asking, answer } from './question.ts'

const MOST_TABLES = 200
const NONE = 'none'

/** Opens the database of the answer; the caller closes it. */
export function askDatabase(asking: Asking, known: string | undefined, cwd: string) {
  const files = readdirSync(cwd).filter((name) => /\.(db|sqlite3?)$/.test(name))
  const proposal = known || (files.length === 1 ? `file:./${files[0]}` : null)
  const allowed =
    'file:./path.db (SQLite), postgresql://user:password@host:5432/database (PostgreSQL) or mysql://user:password@host:3306/database (MySQL, MariaDB)'
  return answer(asking, 'database', {
    text: 'Database, such as file:./path.db, postgresql://… or mysql://…',
    allowed,
    proposal,
    shown: proposal === null ? undefined : shownUrl(proposal),
    read: async (text) => {
      const url = text.trim()
      return { url, connection: await openDatabase(readAnswer.database(url, '', cwd)) }
    },
  })
}

export async function askTable(asking: Asking, connection: Connection) {
  const { client, dialect } = connection
  const isGiven = asking.given.table !== undefined
  const tables = isGiven ? [] : await surveyTables(client, dialect, MOST_TABLES)
  if (!isGiven && tables.length === 0) {
    const found = 'a database without a table that can be refreshed'
    refuse({ path: '--database', found, allowed: 'the database that holds your records' })
  }
  for (const { name, rows } of tables) {
    const model = modelOfTable(asking.models, name)?.name
    const known = model === undefined || model === name ? '' : ` (${model} in Prisma's schema)`
    asking.person?.tell(escapedText(`  ${name}${known}  ${rowsWords(rows)}`))
  }
  const names = tables.length > 0 && tables.length <= 12 ? `: ${tables.map(({ name }) => name).join(', ')}` : ''
  const surveyed = await answer(asking, 'table', {
    text: 'Table',
    allowed: `a table whose records are to be refreshed${names}`,
    proposal: proposeTable(tables),
    read: async (name) => {
      const named = await surveyTable(client, dialect, name)
      const mapped = 'found' in named ? tableOfModel(asking.models, name) : undefined
      const table = mapped === undefined ? named : await surveyTable(client, dialect, mapped)
      if ('found' in table) return refuse(table)
      const found = `"${name}", which has no key that names one record`
      const allowed = 'a table with a primary key of one column (integer, uuid or text)'
      return table.keys.length > 0 ? table : refuse({ path: '', found, allowed })
    },
  })
  const table = await answer(asking, 'key', {
    text: 'Its key',
    allowed: 'a column that names one record',
    proposal: surveyed.keys[0] ?? null,
    read: (key) => described(connection, { table: surveyed.name, key: columnOf(asking, surveyed, key) }),
  })
  return { surveyed, described: table }
}

function rowsWords({ count, how }: SurveyedTable['rows']): string {
  return how === 'exact' ? counted(count, 'row') : `${how} ${figure(count)} rows`
}

async function described(connection: Connection, wanted: { table: string; key: string; refreshedAt?: string }) {
  const found = await describeOver(connection)(wanted)
  return 'table' in found ? found.table : refuse(...found.problems)
}

/** The table with the column that a refresh stamps. */
export function askStamp(asking: Asking, connection: Connection, surveyed: SurveyedTable, table: UserTable) {
  return answer(asking, 'refreshedAt', {
    text: 'Column that says when a record was last refreshed, or none',
    allowed: 'a column for instants, or none',
    proposal: proposeStamp(surveyed) ?? NONE,
    read: async (refreshedAt) => {
      const stamp = columnOf(asking, surveyed, refreshedAt)
      const wanted = { table: surveyed.name, key: table.key.name, refreshedAt: stamp }
      return stamp === NONE ? table : described(connection, wanted)
    },
  })
}

/** The preset; or without one, where and how the vendor is called. `seen`: what a proposal may be based on. */
export async function askVendor(
  asking: Asking,
  seen: { readonly surveyed: SurveyedTable; readonly env: Readonly<Record<string, unknown>> } | null,
): Promise<DraftVendor> {
  const { given } = asking
  if (given.preset === undefined && (given.baseUrl ?? given.path) !== undefined) return askPlainVendor(asking)
  const names = KNOWN_PRESETS.map(({ name }) => name)
  const allowed = `${names.join(', ')}, or none with --base-url and --path`
  if (given.preset === undefined) asking.person?.tell(`  ${names.join(', ')}`)
  const preset = await answer(asking, 'preset', {
    text: 'Preset of the vendor, or none',
    allowed,
    proposal: seen === null ? null : proposePreset(seen.surveyed, seen.env),
    read: (name) => {
      const preset = KNOWN_PRESETS.find((each) => each.name === name)
      if (preset !== undefined || name === NONE) return preset ?? null
      const near = nearestName(name, names)
      return refuse({ path: '', found: `"${name}"`, allowed, ...(near && { hint: `Did you mean ${near}?` }) })
    },
  })
  if (preset === null) return askPlainVendor(asking)
  // Something with the vendor's API, such as the simulator.
  return { preset, baseUrl: given.baseUrl === undefined ? null : readAnswer.baseUrl(given.baseUrl, '--base-url') }
}

async function askPlainVendor(asking: Asking): Promise<DraftVendor> {
  const baseUrl = await answer(asking, 'baseUrl', {
    text: "The vendor's base URL",
    allowed: 'an absolute http(s) URL, such as https://api.acme.example',
    read: (text) => readAnswer.baseUrl(text, ''),
  })
  const path = await answer(asking, 'path', {
    text: 'The path at which one person is looked up',
    allowed: 'a path, such as /v1/enrich',
    read: (text) => readAnswer.path(text, ''),
  })
  const keyHeader = await answer(asking, 'keyHeader', {
    text: 'Header that carries your key (x-api-key, Authorization, …), or none',
    allowed: 'the name of a header, or none',
    proposal: NONE,
    read: (text) => (text === NONE ? null : readAnswer.header(text, '')),
  })
  return { preset: null, baseUrl, path, keyHeader }
}

export function askLookup(asking: Asking, table: UserTable, preset: KnownPreset | null) {
  const { columns } = table
  const allowed = 'columns, with commas between; where the vendor has another name for one, PARAMETER=COLUMN'
  const proposal = proposeLookup(columns, preset).map(({ part, column }) => {
    return lookupPart(column, preset) === part ? column : `${part}=${column}`
  })
  return answer(asking, 'lookup', {
    text: 'Columns by which the vendor finds a person',
    allowed,
    proposal: proposal.join(',') || null,
    read: (text) => {
      const pairs = listOf(text).map(([name, given]) => {
        const column = columnOf(asking, table, given ?? name)
        return { part: given === undefined ? lookupPart(column, preset) : name, column }
      })
      const problems: Problem[] = pairs.length > 0 ? [] : [{ path: '', found: 'none', allowed }]
      for (const { column } of pairs) columnNamed(columns, column, '', problems)
      check(problems)
      return pairs
    },
  })
}

/** The columns to refresh, and others that could be. `used`: those by which people are found. */
export function askUpdate(asking: Asking, table: UserTable, preset: KnownPreset | null, used: readonly string[]) {
  const allowed = "columns, with commas between; with COLUMN=PATH, the path into the vendor's data"
  const isUpdatable = (name: string) => checkUpdate(table, [name], '').length === 0
  return answer(asking, 'columns', {
    text: 'Columns to refresh',
    allowed,
    proposal: Object.keys(proposeUpdate(table.columns, preset, used)).join(',') || null,
    read: (text) => {
      const pairs = listOf(text).map(([name, path]) => [columnOf(asking, table, name), path] as const)
      const update = Object.fromEntries(pairs.map(([name, path]) => [name, path ?? updatePath(name, preset)]))
      const names = Object.keys(update)
      check(names.length > 0 ? checkUpdate(table, names, '') : [{ path: '', found: 'none', allowed }])
      const pathless = names.filter((name) => update[name] === undefined)
      const found = `${pathless.join(', ')}, without a path: ${preset?.name} has no field that is known by that name`
      check(pathless.length === 0 ? [] : [{ path: '', found, allowed: 'COLUMN=PATH there' }])
      const others = table.columns.map(({ name }) => name).filter((name) => ![...used, ...names].includes(name))
      const rest = others.filter((name) => !/(_at|At)$/.test(name) && isUpdatable(name))
      return { update: update as Readonly<Record<string, string>>, rest }
    },
  })
}

/** The column of that name, or of the Prisma field of that name. */
function columnOf({ models }: Asking, { name: table, columns }: Pick<UserTable, 'name' | 'columns'>, name: string) {
  const isColumn = columns.some((column) => column.name === name)
  return (isColumn ? undefined : modelOfTable(models, table)?.columns.get(name)) ?? name
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

import { existsSync, lstatSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type KnownEnvironment, knownEnvironment } from '../../config/load/env-file.ts'
import { CONFIG_NAMES } from '../../config/load/load-config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import type { Connection } from '../../store/client.ts'
import { addStampSql } from '../../store/user-table/describe/survey-tables.ts'
import { configText, type Draft, type DraftVendor, VENDOR_KEY } from './config-text.ts'
import { envLine, mayBeCommitted, shownUrl } from './env-lines.ts'
import { findPrismaModels } from './prisma-models.ts'
import { isShared } from './proposals.ts'
import type { Asking, InitAnswers } from './question.ts'
import { askDatabase, askLookup, askStamp, askTable, askUpdate, askVendor } from './questions.ts'
import { writeNew } from './write-new.ts'

export interface InitControls extends Pick<Asking, 'person'> {
  readonly cwd: string
  /** Where the config goes. Default: spenddown.config.ts in `cwd`. */
  readonly config?: string | undefined
  readonly signal: AbortSignal
}

export interface Initialized extends Pick<Draft, 'table' | 'key' | 'refreshedAt' | 'lookup' | 'update'> {
  /** Absolute. */
  readonly config: string
  /** Null: there was a `.env`, which is unchanged. */
  readonly env: string | null
  readonly preset: string | null
  /** What is left for the user to do or to know. */
  readonly notes: readonly string[]
  readonly next: readonly string[]
}

/** Writes a config and its `.env`, by the answers and what is in the database. Overwrites nothing. */
export async function init(given: InitAnswers, { cwd, config, person, signal }: InitControls): Promise<Initialized> {
  const file = newConfig(cwd, config)
  const env = knownEnvironment(dirname(file), cwd)
  const asking = { given, person, models: findPrismaModels(cwd) }
  const isVendorGiven = (given.preset ?? given.baseUrl ?? given.path) !== undefined
  // Checked before a database is needed.
  const vendor = isVendorGiven ? await askVendor(asking, null) : null
  const { url, connection } = await askDatabase(asking, env.all.DATABASE_URL, cwd)
  try {
    const { draft, notes } = await draftOf(asking, connection, vendor, env)
    signal.throwIfAborted()
    return written(draft, { file, url, env, notes, named: config })
  } finally {
    await connection.close()
  }
}

/** Throws InputError where there is a config already, or no folder for one. */
function newConfig(cwd: string, named: string | undefined): string {
  const file = resolve(cwd, named ?? 'spenddown.config.ts')
  const folder = dirname(file)
  const refuse = (found: string, allowed: string, hint: string) => {
    throw new InputError('INIT_REFUSED', [{ path: '--config', found, allowed, hint }])
  }
  const hint = 'A relative path starts from the working directory.'
  if (!existsSync(folder)) refuse(`no folder at ${folder}`, 'a folder that is there', hint)
  if (!/\.[cm]?[jt]s$/.test(file)) refuse(file, 'the path of a .ts, .mts, .js or .mjs file', hint)
  const there = (CONFIG_NAMES.includes(basename(file)) ? CONFIG_NAMES : [basename(file)]).find((name) =>
    isThere(join(folder, name)),
  )
  if (there !== undefined) {
    const what = 'init overwrites nothing: change that one (`spenddown doctor` checks it), or name another place.'
    refuse(`a config at ${join(folder, there)}`, 'a place without one', what)
  }
  return file
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

async function draftOf(
  asking: Asking,
  connection: Connection,
  vendorGiven: DraftVendor | null,
  env: KnownEnvironment,
): Promise<{ draft: Draft; notes: string[] }> {
  const { surveyed, described } = await askTable(asking, connection)
  const table = await askStamp(asking, connection, surveyed, described)
  const vendor = vendorGiven ?? (await askVendor(asking, { surveyed, env: env.all }))
  const { preset } = vendor
  const lookup = await askLookup(asking, table, preset)
  const used = lookup.map(({ column }) => column)
  const { update, rest } = await askUpdate(asking, table, preset, used)
  const { refreshedAt } = table
  const addStamp = addStampSql(connection.dialect, table)
  const isDefault = preset !== null && isOwnWay(preset.reads, lookup, table.columns)
  const notes = [
    ...(vendorGiven === null && asking.person === null
      ? [`the preset is a proposal, by your table and your environment: --preset or --base-url says otherwise`]
      : []),
    ...(refreshedAt === null
      ? [`no column says when a record was refreshed; better add one, and \`refreshedAt\` to the config: ${addStamp}`]
      : []),
    ...(refreshedAt !== null && isShared(refreshedAt.name)
      ? [`if others stamp ${refreshedAt.name} too, give spenddown a column of its own: ${addStamp}`]
      : []),
    ...(surveyed.rows.count === 0 ? [`${surveyed.name} has no rows yet`] : []),
  ]
  const draft = {
    table: surveyed.name,
    key: table.key.name,
    refreshedAt: refreshedAt?.name ?? null,
    addStamp,
    vendor,
    lookup,
    identifies: !isDefault,
    update,
    rest,
  }
  return { draft, notes }
}

/** Whether this is what the preset does by default: it reads those of its own columns that the table has. */
function isOwnWay(
  reads: Readonly<Record<string, string>>,
  lookup: Draft['lookup'],
  columns: readonly { readonly name: string }[],
): boolean {
  const own = columns.filter(({ name }) => Object.hasOwn(reads, name))
  return own.length === lookup.length && lookup.every(({ part, column }) => reads[column] === part)
}

interface Place {
  readonly file: string
  readonly url: string
  readonly env: KnownEnvironment
  readonly notes: readonly string[]
  readonly named: string | undefined
}

function written(draft: Draft, { file, url, env, notes, named }: Place): Initialized {
  const { vendor, table, key, refreshedAt, lookup, update } = draft
  const envFile = join(dirname(file), '.env')
  const keys = keysOf(vendor)
  const lines = [envLine('DATABASE_URL', url), ...keys.map((name) => `${name}=`)]
  const isNew = !isThere(envFile)
  const text = [`# What ${basename(file)} reads. Never commit this file.`, ...lines, ''].join('\n')
  writeNew([
    ...(isNew ? [{ path: envFile, text, mode: 0o600 }] : []),
    { path: file, text: configText(draft), mode: 0o666 },
  ])
  const suffix = named === undefined ? '' : ` --config ${named}`
  const ignore = 'git does not ignore .env, which holds secrets: add a line `.env` to .gitignore'
  const all = [...envNotes(env, isNew ? null : envFile, url, keys), ...notes]
  return {
    config: file,
    env: isNew ? envFile : null,
    preset: vendor.preset?.name ?? null,
    ...{ table, key, refreshedAt, lookup, update },
    notes: [...all, ...(mayBeCommitted(envFile) ? [ignore] : [])].map(escapedText),
    next: ['doctor', 'try', 'plan'].map((command) => `spenddown ${command}${suffix}`),
  }
}

/** The environment variables with the vendor's credentials. */
function keysOf(vendor: Draft['vendor']): readonly string[] {
  if (vendor.preset === null) return vendor.keyHeader === null ? [] : [VENDOR_KEY]
  const { clientId, apiKey } = vendor.preset
  return clientId === undefined ? [apiKey] : [clientId, apiKey]
}

/** What the environment lacks or contradicts. `existing`: the `.env` that was there. */
function envNotes(env: KnownEnvironment, existing: string | null, url: string, keys: readonly string[]): string[] {
  const notes: string[] = []
  const database = existing === null ? env.process.DATABASE_URL : env.all.DATABASE_URL
  if (database === undefined && existing !== null)
    notes.push(`add a line to ${existing}, which is as it was: DATABASE_URL=${shownUrl(url)}`)
  if (database !== undefined && database !== url) {
    const where = env.process.DATABASE_URL === undefined ? `${existing} says` : 'the environment says, before any .env,'
    notes.push(`${where} DATABASE_URL=${shownUrl(database)}: make it ${shownUrl(url)}`)
  }
  for (const name of keys.filter((each) => !env.all[each])) {
    const key = `your key with the vendor: ${name}=…`
    notes.push(existing === null ? `put into .env ${key}` : `add a line to ${existing} with ${key}`)
  }
  return notes
}

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Scope } from '../app/past/past-runs.ts'
import type { Config } from '../config/config.ts'
import { type Fleet, fleetOf, isFleet } from '../config/fleet/fleet.ts'
import { loadConfig } from '../config/load/load-config.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { InputError, messageOf } from '../domain/errors/errors.ts'

/** What every command takes. */
export interface CommonFlags {
  readonly config?: string
  /** Of a config of several accounts, which. */
  readonly account?: readonly string[]
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}

export interface ScopeFlags extends CommonFlags {
  readonly allVendors?: boolean
}

export interface SelectionFlags extends CommonFlags {
  readonly where?: string
  readonly filter: readonly string[]
  readonly ids?: string
  readonly idsFile?: string
}

/** What the config file says: of one account, or of many. */
export type ReadConfig =
  | { readonly kind: 'one'; readonly config: Config }
  | { readonly kind: 'many'; readonly fleet: Fleet; readonly names: readonly string[] }

/** Loads and checks the config; all problems at once, the table's too where the config says enough to look. */
export async function readAnyConfig({ config: path, account: names = [] }: CommonFlags): Promise<ReadConfig> {
  const entry = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url).href
  const { raw, exposed } = await loadConfig({ path, entry })
  if (isFleet(raw)) return { kind: 'many', fleet: { ...fleetOf(raw), exposed }, names }
  if (names.length > 0) throw onlyOne(names)
  const resolved = resolveConfig(raw)
  if ('config' in resolved) return { kind: 'one', config: { ...resolved.config, exposed } }
  const { checkPartial } = await import('../app/compose/check-table.ts')
  throw new InputError('CONFIG_INVALID', [...resolved.problems, ...(await checkPartial(resolved.partial))])
}

/** The config of the one account that a command is about; where a run is named, of that run's account. */
export async function readConfig(flags: CommonFlags, runId?: string): Promise<Config> {
  return configIn(await readAnyConfig(flags), runId)
}

export async function configIn(read: ReadConfig, runId?: string): Promise<Config> {
  if (read.kind === 'one') return read.config
  const { oneConfig } = await import('../app/fleet/one-config.ts')
  return oneConfig(read.fleet, read.names, runId ?? null)
}

/** The configs of the accounts that a command names, each with its account; one where it needs no name. */
export async function readConfigs(flags: CommonFlags, runId?: string): Promise<Config[]> {
  const read = await readAnyConfig(flags)
  if (read.kind === 'one') return [read.config]
  const { namedConfigs } = await import('../app/fleet/one-config.ts')
  return namedConfigs(read.fleet, read.names, runId ?? null)
}

function onlyOne(names: readonly string[]): InputError {
  const found = names.map((name) => JSON.stringify(name)).join(', ')
  const hint = 'The config has no `accounts` (docs/accounts.md).'
  return new InputError('ACCOUNT_INVALID', [
    { path: '--account', found, allowed: 'nothing: there is one account', hint },
  ])
}

/** The runs that are meant: the config's vendor's, or all of its database. */
export function scopeOf({ database, vendor }: Config, { allVendors }: ScopeFlags): Scope {
  return { database, vendor: allVendors ? null : vendor.name }
}

export async function readSelection({ where, filter, ids, idsFile }: SelectionFlags) {
  const keys = [...(ids?.split(',') ?? []), ...(idsFile === undefined ? [] : await readLines(idsFile))]
  return {
    where: where === undefined ? undefined : parseJson(where, '--where'),
    filters: filter,
    ids: ids === undefined && idsFile === undefined ? undefined : keys,
  }
}

/** `-` is standard input. */
async function readLines(file: string): Promise<string[]> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  const lines: string[] = []
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) lines.push(line)
    return lines
  } catch (error) {
    const found = messageOf(error)
    throw new InputError('IDS_UNREADABLE', [{ path: '--ids-file', found, allowed: 'a file that can be read, or -' }])
  }
}

export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const allowed = 'JSON, such as \'{"country":"US"}\''
    const hint = `It could not be read: ${messageOf(error)}.`
    throw new InputError('JSON_INVALID', [{ path, found: text, allowed, hint }])
  }
}

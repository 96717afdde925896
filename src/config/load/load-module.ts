import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InputError, messageOf } from '../../domain/errors/errors.ts'
import { hideSecrets } from '../secrets.ts'

/** What Node cannot load, and jiti may: a package that is not installed here, TypeScript, or what it says better. */
const NOT_FOR_NODE = ['ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_DIR_IMPORT']

/**
 * What the module exports by default; undefined if nothing. Throws InputError CONFIG_UNREADABLE, without the `secrets`.
 */
export async function loadModule(
  file: string,
  entry: string,
  secrets: readonly string[],
): Promise<{ readonly raw: unknown }> {
  const raw = defaultExport((await natively(file, secrets)) ?? (await throughJiti(file, entry, secrets)))
  // A promise is refused later; until then, one that fails must not end the process.
  if (raw instanceof Promise) raw.catch(() => undefined)
  return { raw }
}

/** A plain .mjs, which starts 90 ms sooner so; undefined where jiti has to try. */
async function natively(file: string, secrets: readonly string[]): Promise<unknown> {
  if (!file.endsWith('.mjs')) return undefined
  try {
    return await import(pathToFileURL(file).href)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (cause instanceof SyntaxError || NOT_FOR_NODE.includes(code ?? '')) return undefined
    throw unreadable(file, cause, secrets)
  }
}

/** TypeScript needs no set-up, and 'spenddown' is `entry`, installed or not. */
async function throughJiti(file: string, entry: string, secrets: readonly string[]): Promise<unknown> {
  const { createJiti } = await import('jiti')
  const virtualModules = await ownModules(isAbsolute(entry) ? pathToFileURL(entry).href : entry)
  // No file cache: nothing is written beside the user's files, and a config is evaluated once a process.
  const jiti = createJiti(file, { fsCache: false, tryNative: false, virtualModules })
  try {
    return await jiti.import(file)
  } catch (cause) {
    throw unreadable(file, cause, secrets)
  }
}

/** What a config may import of this package, wherever it is installed: the entry, and the presets beside it. */
async function ownModules(entry: string): Promise<Record<string, unknown>> {
  const presets = new URL(entry.endsWith('.ts') ? './presets.ts' : './presets.js', entry)
  const spenddown: unknown = await import(entry)
  return existsSync(presets) ? { spenddown, 'spenddown/presets': await import(presets.href) } : { spenddown }
}

/** Of an ES or CommonJS module. jiti's proxies invent a default export, so property descriptors are read. */
function defaultExport(module: unknown): unknown {
  if (typeof module !== 'object' || module === null) return module
  const own = Object.getOwnPropertyDescriptor(module, 'default')
  if (own !== undefined) return isCompiled(own.value) ? own.value.default : own.value
  const isNamespace = (module as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'Module'
  if (isNamespace || Object.hasOwn(module, '__esModule') || Object.keys(module).length === 0) return undefined
  return { ...module }
}

/** A CommonJS module that was an ES module before a compiler had it. */
function isCompiled(value: unknown): value is { default: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '__esModule') && 'default' in value
}

function unreadable(file: string, cause: unknown, secrets: readonly string[]): InputError {
  const name = cause instanceof Error && cause.name !== 'Error' ? `${cause.name}: ` : ''
  const message = messageOf(cause)
  const found = `${name}${message.split('\n')[0]?.trim()}`
  const error = new InputError('CONFIG_UNREADABLE', [
    { path: placeOf(file, cause), found: hideSecrets(found, secrets), allowed: 'a module that loads' },
  ])
  error.cause = cause
  return error
}

/** "file:line:column" where the error tells it: of the module that cannot be parsed, or of the config's own frame. */
function placeOf(file: string, cause: unknown): string {
  if (!(cause instanceof Error)) return file
  const parsed = /\n\s*(\S.*:\d+:\d+)\s*$/.exec(cause.message)?.[1]
  if (parsed !== undefined) return parsed
  const frames = [file, pathToFileURL(file).href].flatMap((each) => (cause.stack ?? '').split(each).slice(1))
  const place = frames.map((rest) => /^:\d+(:\d+)?/.exec(rest)?.[0]).find((each) => each !== undefined)
  return `${file}${place ?? ''}`
}

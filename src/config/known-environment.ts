import { resolve } from 'node:path'
import { loadEnvFile } from './env-file.ts'
import type { Environment } from './secrets.ts'

export interface KnownEnvironment {
  /** What a config in the folder would see. */
  readonly all: Environment
  /** What stands in the process's own environment, and so goes before every file. */
  readonly process: Environment
  /** What the `.env` beside the config says; empty where there is none. */
  readonly file: Environment
}

/** The environment of a config that is to be in the folder. Changes nothing. Throws InputError ENV_UNREADABLE. */
export function knownEnvironment(folder: string, cwd: string, env: Environment = process.env): KnownEnvironment {
  const file: Record<string, string | undefined> = {}
  loadEnvFile(folder, file)
  const all = { ...file, ...defined(env) }
  if (folder !== resolve(cwd)) loadEnvFile(cwd, all)
  return { all, process: env, file }
}

function defined(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
}

import { resolve } from 'node:path'
import { loadEnvFile } from './env-file.ts'
import type { Environment } from './secrets.ts'

export interface KnownEnvironment {
  /** What a config in the folder would see. */
  readonly all: Environment
  /** What stands in the process's own environment, and so goes before every file. */
  readonly process: Environment
}

/** The environment of a config that is to be in the folder. Changes nothing. Throws InputError ENV_UNREADABLE. */
export function knownEnvironment(folder: string, cwd: string, env: Environment = process.env): KnownEnvironment {
  const all = defined(env)
  loadEnvFile(folder, all)
  if (folder !== resolve(cwd)) loadEnvFile(cwd, all)
  return { all, process: env }
}

function defined(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
}

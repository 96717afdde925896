import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Dialect } from '../../../src/store/sql.ts'

const CHILD = fileURLToPath(new URL('./migrate-child.mjs', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Names of the migrations that it applied; null where it did not come so far. */
  readonly applied: readonly string[] | null
  readonly stderr: string
}

/** Migrates in a process of its own (the built one), which kills itself after so many statements if asked to. */
export function migrateInProcess(url: string, dialect: Dialect, killAfter?: number): Promise<Ended> {
  const args = [CHILD, url, dialect, ...(killAfter === undefined ? [] : [String(killAfter)])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({ code, signal, applied: stdout === '' ? null : JSON.parse(stdout).applied, stderr })
    })
  })
}

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadEnvFile } from './env-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spenddown-env-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what is set already wins, even where it is empty', () => {
  writeFileSync(join(folder, '.env'), 'A=file\nB=file\nC=file\n')
  const env: Record<string, string | undefined> = { A: 'shell', B: '' }
  loadEnvFile(folder, env)
  expect(env).toEqual({ A: 'shell', B: '', C: 'file' })
})

test('a folder without .env is fine, and so is a folder of that name', () => {
  const env = {}
  loadEnvFile(folder, env)
  mkdirSync(join(folder, '.env'))
  loadEnvFile(folder, env)
  expect(env).toEqual({})
})

test('a malformed .env is refused with every bad line, and nothing of it takes effect', () => {
  writeFileSync(join(folder, '.env'), 'A=1\nsk_live_1\nB="sk_live_2\n')
  const env = {}
  expect(() => loadEnvFile(folder, env)).toThrow(
    expect.objectContaining({ name: 'InputError', code: 'ENV_UNREADABLE' }),
  )
  expect(() => loadEnvFile(folder, env)).toThrow(
    /\/\.env:2: found a line that is not NAME=value.*\n.*\/\.env:3: found an opening/,
  )
  expect(() => loadEnvFile(folder, env)).not.toThrow(/sk_live/)
  expect(env).toEqual({})
})

test('an unreadable .env is refused with the reason', () => {
  symlinkSync('.env', join(folder, '.env'))
  expect(() => loadEnvFile(folder, {})).toThrow(/\.env: found a file that cannot be read \(ELOOP\)/)
})

test.skipIf(process.platform === 'win32').each([
  [0o600, false],
  [0o400, false],
  [0o640, true],
  [0o604, true],
  [0o602, true],
])('a .env that others may read or write is named: mode %o', (mode, exposed) => {
  const file = join(folder, '.env')
  writeFileSync(file, 'A=1\n')
  chmodSync(file, mode)
  expect(loadEnvFile(folder, {})).toBe(exposed ? file : null)
})

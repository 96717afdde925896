import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { knownEnvironment } from './env-file.ts'

test('the process goes before the .env beside the config, and that before the one of the working directory', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'spenddown-env-'))
  const folder = join(cwd, 'sub')
  mkdirSync(folder)
  writeFileSync(join(folder, '.env'), 'A=beside\nB=beside\n')
  writeFileSync(join(cwd, '.env'), 'A=cwd\nB=cwd\nC=cwd\n')
  const env = { A: 'process', D: undefined }
  const known = knownEnvironment(folder, cwd, env)
  rmSync(cwd, { recursive: true })
  expect(known.all).toEqual({ A: 'process', B: 'beside', C: 'cwd' })
  expect(env).toEqual({ A: 'process', D: undefined })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { envLine, mayBeCommitted, shownUrl } from './env-lines.ts'
import { writeNew } from './write-new.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'spenddown-new-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const fileIn = (at: string, name: string, mode = 0o600) => ({ path: join(at, name), text: name, mode })

test('all files are written, whole, with their modes, and nothing else is left', () => {
  const at = folder()
  writeNew([fileIn(at, '.env'), fileIn(at, 'config.ts', 0o640)])
  expect(readdirSync(at).sort()).toEqual(['.env', 'config.ts'])
  expect(statSync(join(at, '.env')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(at, 'config.ts'), 'utf8')).toBe('config.ts')
})

test.each(['a file', 'a dangling link'])('%s of that name is not touched, and then nothing is written', (what) => {
  const at = folder()
  const taken = join(at, 'config.ts')
  if (what === 'a file') writeFileSync(taken, 'mine')
  else symlinkSync(join(at, 'elsewhere'), taken)
  expect(() => writeNew([fileIn(at, '.env'), fileIn(at, 'config.ts')])).toThrow('a file that has just come there')
  expect(readdirSync(at)).toEqual(['config.ts'])
})

test('a folder that takes no files: what came before is taken back, and the reason is told', () => {
  const at = folder()
  expect(() => writeNew([fileIn(at, '.env'), fileIn(join(at, 'none'), 'config.ts')])).toThrow('ENOENT')
  expect(readdirSync(at)).toEqual([])
})

test.each([
  ['file:./people.db', 'DATABASE_URL=file:./people.db'],
  ['postgresql://u:a#b@h/d', "DATABASE_URL='postgresql://u:a#b@h/d'"],
  [" it's # ", `DATABASE_URL=" it's # "`],
])('%j stands in .env as it is read back', (value, line) => {
  expect(envLine('DATABASE_URL', value)).toBe(line)
})

test('a value that no line can hold is refused', () => {
  expect(() => envLine('DATABASE_URL', `#'"\``)).toThrow('DATABASE_URL: found a value that a line of .env cannot hold')
})

test.each([
  ['postgresql://me:p@ss/w@host:5432/db', 'postgresql://me:***@host:5432/db'],
  ['postgresql://me@/db?host=/run&password=x', 'postgresql://me@/db?host=/run&password=***'],
  ['file:./people.db', 'file:./people.db'],
])('%s is shown as %s', (url, shown) => {
  expect(shownUrl(url)).toBe(shown)
})

test('where git cannot be asked, .gitignore tells', () => {
  const at = folder()
  const env = join(at, '.env')
  expect(mayBeCommitted(env)).toBe(false)
  writeFileSync(join(at, '.gitignore'), 'dist\n')
  expect(mayBeCommitted(env)).toBe(true)
  writeFileSync(join(at, '.gitignore'), 'dist\n.env\n')
  expect(mayBeCommitted(env)).toBe(false)
})

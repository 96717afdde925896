import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { InputError } from '../../domain/errors/errors.ts'
import { CONFIG_NAMES, findConfig } from './load-config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spenddown-find-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const touch = (name: string) => writeFileSync(join(folder, name), '')

function refusal(path?: string): InputError {
  try {
    findConfig(folder, path)
  } catch (error) {
    return error as InputError
  }
  throw new Error('a config was found')
}

test.each(CONFIG_NAMES)('%s is found in the working directory', (name) => {
  touch(name)
  expect(findConfig(folder)).toBe(join(folder, name))
})

test('none: says where it looked, for what, and what to do', () => {
  mkdirSync(join(folder, 'spenddown.config.ts'))
  const { code, message } = refusal()
  expect(code).toBe('CONFIG_NOT_FOUND')
  for (const part of [folder, ...CONFIG_NAMES, '--config PATH']) expect(message).toContain(part)
})

test('two: names both, and neither is taken', () => {
  touch('spenddown.config.ts')
  touch('spenddown.config.mjs')
  const { code, message } = refusal()
  expect(code).toBe('CONFIG_AMBIGUOUS')
  expect(message).toContain('spenddown.config.ts and spenddown.config.mjs')
})

describe('--config PATH', () => {
  test('decides between two, and may have any name', () => {
    for (const name of ['spenddown.config.ts', 'spenddown.config.js', 'other.mts']) touch(name)
    expect(findConfig(folder, 'spenddown.config.js')).toBe(join(folder, 'spenddown.config.js'))
    expect(findConfig('/', join(folder, 'other.mts'))).toBe(join(folder, 'other.mts'))
  })

  test.each([
    ['missing.ts', 'no file at'],
    ['folder', 'a folder at'],
    ['config.json', 'config.json'],
  ])('%s is refused', (path, found) => {
    mkdirSync(join(folder, 'folder'))
    touch('config.json')
    const { code, problems } = refusal(path)
    expect(code).toBe('CONFIG_NOT_FOUND')
    expect(problems[0]).toMatchObject({ path: '--config', found: expect.stringContaining(found) })
    expect(problems[0]?.found).toContain(join(folder, path))
  })
})

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databases } from '../../support/databases/databases.ts'
import { POSTGRES_URL } from '../../support/databases/postgres-url.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const modules = join(root, 'node_modules')
let folder: string

/** The program where of the optional packages only these are installed. */
function install(...optional: readonly string[]): void {
  const isWanted = (name: string) => !(name in optionalDependencies) || optional.includes(name)
  const own = join(folder, 'node_modules')
  rmSync(own, { recursive: true, force: true })
  for (const entry of readdirSync(modules)) {
    const names = entry.startsWith('@') ? readdirSync(join(modules, entry)).map((name) => `${entry}/${name}`) : [entry]
    for (const name of names.filter(isWanted)) {
      mkdirSync(join(own, name, '..'), { recursive: true })
      symlinkSync(join(modules, name), join(own, name))
    }
  }
}

function runs(url: string) {
  const config = join(folder, 'spenddown.config.mjs')
  writeFileSync(
    config,
    `export default { database: { url: ${JSON.stringify(url)} },
      vendor: { name: 'acme', baseUrl: 'http://127.0.0.1:9', single: { request: () => ({ path: '/' }) }, credits: { cycle: { anchorDay: 1, timeZone: 'UTC' } } },
      records: { table: 'people', key: 'id', update: { job_title: 'title' } }, jobs: {} }`,
  )
  const args = [join(folder, 'dist/main.js'), 'runs', '--json', '--config', config]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  return { code: status, said: stdout === '' ? stderr : JSON.parse(stdout) }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spenddown-drivers-'))
  for (const name of ['dist', 'package.json', 'prisma'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'people.db'), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['file:./people.db', '@prisma/adapter-better-sqlite3'],
  ['postgresql://nobody@127.0.0.1:9/none', '@prisma/adapter-pg'],
  ['mysql://nobody@127.0.0.1:9/none', '@prisma/adapter-mariadb'],
])('of %s without its driver, every command says what to install', (url, driver) => {
  install()
  const { code, said } = runs(url)
  expect(code, JSON.stringify(said)).toBe(2)
  expect(said.error).toMatchObject({
    code: 'PACKAGE_MISSING',
    problems: [
      {
        path: 'database.url',
        found: expect.stringContaining(driver),
        hint: expect.stringContaining(`npm install ${driver}@${optionalDependencies[driver]}`),
      },
    ],
  })
})

test.runIf(databases.includes('postgresql'))('PostgreSQL needs no driver but its own', () => {
  install('@prisma/adapter-pg')
  expect(runs(POSTGRES_URL)).toMatchObject({ code: 0 })
  expect(runs('file:./people.db').code).toBe(2)
})

test('a driver that was not compiled is told as that', () => {
  install('@prisma/adapter-better-sqlite3')
  // A copy of its own: it is looked for beside what loads it.
  const own = join(folder, 'node_modules')
  for (const name of ['better-sqlite3', '@prisma/adapter-better-sqlite3']) {
    rmSync(join(own, name), { recursive: true, force: true })
    const compiled = join(modules, name, 'build')
    cpSync(join(modules, name), join(own, name), { recursive: true, filter: (path) => !path.startsWith(compiled) })
  }
  const { code, said } = runs('file:./people.db')
  expect([code, said.error]).toMatchObject([
    2,
    { code: 'PACKAGE_MISSING', problems: [{ hint: expect.stringContaining('npm rebuild') }] },
  ])
})
